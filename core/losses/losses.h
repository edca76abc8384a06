/* Losses by name: the built-in ones, one file each (loss-*.c), found in the generated registry by
 * the mark that ends it, RECNN_LOSS(hinge) = {...}; and those of plugins.  What the scores are that
 * a loss is put on is no business of this room (model/objective.h). */
#ifndef RECNN_CORE_LOSSES_LOSSES_H
#define RECNN_CORE_LOSSES_LOSSES_H

#include <glib.h>

#include <recnn/kind/loss.h>

#define RECNN_LOSS(name) const RecnnLossClass recnn__loss_##name

const RecnnLossClass *recnn_loss_find(const char *name); /* or NULL */
/* The same, but loads the plugin of that name for one that is not known.  `what` ("option loss")
 * goes before the error. */
const RecnnLossClass *recnn_loss_ask(const char *name, const char *what, GError **error);
const char **recnn_loss_names(void); /* sorted, NULL at the end; caller frees the array */

/* Whether a plugin's can be added, and its adding, which does not fail after that. */
bool recnn_loss_check(const RecnnLossClass *loss_class, GError **error);
void recnn_loss_register(const RecnnLossClass *loss_class);

/* "pointwise", ...; NULL for what is no form.  And back; 0 for no form's name. */
const char *recnn_loss_form_name(uint32_t form);
uint32_t recnn_loss_form(const char *name);
/* The names, NULL at the end. */
extern const char *const recnn_loss_forms[];

/* Whether the host draws items for it: it has the option "samples". */
bool recnn_loss_samples(const RecnnLossClass *loss_class);

#endif
