/* Options as JSON, as they stand in weight files and reports. */
#ifndef RECNN_CORE_BASE_OPTIONS_JSON_H
#define RECNN_CORE_BASE_OPTIONS_JSON_H

#include <json-glib/json-glib.h>

#include "base/options.h"

/* Every option that has a value, by name; the caller owns the object. */
JsonObject *recnn_options_to_json(const RecnnOptions *options);
/* Sets the option `name` from a JSON value: a number, text, true or false, or a list of numbers. */
bool recnn_options_set_json(RecnnOptions *options, const char *name, JsonNode *node,
                            GError **error);

#endif
