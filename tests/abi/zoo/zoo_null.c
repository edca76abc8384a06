/* No manifest. */
#include <recnn/plugin.h>

RECNN_PLUGIN_EXPORT const RecnnManifest *recnn_plugin_query(void);
const RecnnManifest *recnn_plugin_query(void) { return NULL; }
