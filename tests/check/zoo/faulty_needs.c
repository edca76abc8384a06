/* Frees with GLib, which is the host's and may not be there. */
#define FAULTY "faulty_needs"
#include "faulty-kit.h"
extern void g_free(void *memory);
static void destroy(void *self) { g_free(((Mf *)self)->memory); }
#define DESTROY destroy
#include "faulty.h"
