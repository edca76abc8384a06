/* Leaves out the first line. */
#include <recnn/plugin.h>

static RecnnStatus read(RecnnReading *reading, const char *path, const RecnnValue *options,
                        RecnnError *error) {
  RecnnText *text = recnn_api.dataset->open(reading, path, " ", 0);
  const RecnnField *fields;
  int32_t n;
  (void)options;
  (void)error;
  (void)recnn_api.dataset->next(reading, text, &fields, &n);
  while (recnn_api.dataset->next(reading, text, &fields, &n)) {
    if (n != 2) {
      (void)recnn_api.dataset->fail(reading, text, 0, NULL, "a user and an item");
      break;
    }
    const RecnnRow row = {.struct_size = sizeof row, .user = fields[0], .item = fields[1]};
    (void)recnn_api.dataset->add(reading, text, &row);
  }
  return RECNN_OK;
}

static const RecnnFormatSample samples[] = {
    {"pairs", "a x\nb y\na y\n", 2, 2, 3},
    {NULL, NULL, 0, 0, 0},
};
static const RecnnFormatClass format = {
    .struct_size = sizeof(RecnnFormatClass),
    .name = "faulty_format",
    .doc = "A user and an item a line.",
    .looks_for = "pairs",
    .read = read,
    .samples = samples,
};
static const RecnnFeature features[] = {{RECNN_FORMAT_KIND, &format}, {NULL, NULL}};
RECNN_PLUGIN("faulty_format", "1.0.0", "Apache-2.0", "Leaves out a line", features);
