/* Losses by name, and what makes a plugin's acceptable. */
#include <string.h>

#include "base/error.h"
#include "base/registry.h"
#include "losses/losses.h"

extern const RecnnLossClass *const recnn__loss_table[];

static const char *name_of(const void *descriptor) {
  return ((const RecnnLossClass *)descriptor)->name;
}

static RecnnRegistry registry = RECNN_REGISTRY("loss", recnn__loss_table, name_of);

const RecnnLossClass *recnn_loss_find(const char *name) {
  return recnn_registry_find(&registry, name);
}

const char **recnn_loss_names(void) { return recnn_registry_names(&registry); }

const RecnnLossClass *recnn_loss_ask(const char *name, const char *what, GError **error) {
  return recnn_registry_ask(&registry, name, what, error);
}

const char *const recnn_loss_forms[] = {"pointwise", "pairwise", "listwise", "rows", NULL};

const char *recnn_loss_form_name(uint32_t form) {
  return form >= RECNN_LOSS_POINTWISE && form <= RECNN_LOSS_ROWS ? recnn_loss_forms[form - 1]
                                                                 : NULL;
}

uint32_t recnn_loss_form(const char *name) {
  for (uint32_t form = RECNN_LOSS_POINTWISE; form <= RECNN_LOSS_ROWS; form++)
    if (strcmp(recnn_loss_forms[form - 1], name) == 0)
      return form;
  return 0;
}

static const RecnnOption *find_option(const RecnnLossClass *c, const char *name) {
  for (const RecnnOption *o = c->options; o != NULL && o->name != NULL; o++)
    if (strcmp(o->name, name) == 0)
      return o;
  return NULL;
}

bool recnn_loss_samples(const RecnnLossClass *loss_class) {
  return find_option(loss_class, "samples") != NULL;
}

/* What contradicts itself, or NULL. */
static const char *defect(const RecnnLossClass *c) {
  const RecnnOption *samples = find_option(c, "samples");
  if (c->value == NULL)
    return "field value is NULL, expected a function";
  if (recnn_loss_form_name(c->form) == NULL)
    return "field form is none that this recnn knows, expected RECNN_LOSS_POINTWISE, _PAIRWISE, "
           "_LISTWISE or _ROWS";
  if ((c->flags & ~RECNN_LOSS_LABELS) != 0)
    return "field flags has bits that this recnn does not know, expected 0";
  if ((c->flags & RECNN_LOSS_LABELS) != 0 && c->form != RECNN_LOSS_POINTWISE)
    return "field flags has RECNN_LOSS_LABELS, which a pointwise loss can have only";
  if (samples != NULL && (c->form != RECNN_LOSS_LISTWISE || samples->type != RECNN_OPTION_INT ||
                          samples->default_value == NULL))
    return "option samples, which the host reads: expected an INT with a default, of a listwise "
           "loss";
  return NULL;
}

bool recnn_loss_check(const RecnnLossClass *c, GError **error) {
  const RecnnDescriptorHead head = RECNN_DESCRIPTOR_HEAD(c);
  if (!recnn_registry_check(&registry, &head, error))
    return false;
  const char *wrong = defect(c);
  return wrong == NULL ||
         recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "loss %s: %s", c->name, wrong);
}

void recnn_loss_register(const RecnnLossClass *c) { recnn_registry_add(&registry, c); }
