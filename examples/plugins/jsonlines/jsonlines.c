/* Interactions as JSON, an object a line:
 *
 *   {"user": "ann", "item": 17, "rating": 4.5, "timestamp": 1700000000, "text": "nice"}
 *
 * What the keys are called is said by options; other keys are passed over, and of what they have
 * inside only strings and brackets are looked at.  Which of rating and timestamp there are is what
 * the first line says, and all lines have the same. */
#include <stdlib.h>
#include <string.h>

#include <recnn/plugin.h>

enum { USER, ITEM, RATING, TIMESTAMP, N_KEYS, UNIT = N_KEYS }; /* the options, by their place */
enum { MAX_DEPTH = 64 };

typedef struct Line {
  RecnnReading *reading;
  RecnnText *text;
  const char *start;
  const char *at;
  const char *end;
  char *room;   /* as long as the line: what its strings are without escapes, which is no longer */
  size_t used;  /* of it */
  size_t space; /* that it has */
} Line;

typedef struct Values {
  uint32_t seen; /* 1 << USER, ... */
  RecnnField token[2];
  double number[N_KEYS];
} Values;

static bool fail(const Line *line, const char *expected) {
  char place[32], what[160];
  (void)snprintf(place, sizeof place, "byte %lld", (long long)(line->at - line->start) + 1);
  if (line->at == line->end)
    (void)snprintf(what, sizeof what, "%s, but the line ends", expected);
  else if (*line->at > ' ' && *line->at < 127)
    (void)snprintf(what, sizeof what, "%s, found '%c'", expected, *line->at);
  else
    (void)snprintf(what, sizeof what, "%s, found byte 0x%02x", expected, (unsigned char)*line->at);
  return recnn_api.dataset->fail(line->reading, line->text, 0, place, what);
}

/* The next byte that is no blank; 0 at the end. */
static char peek(Line *line) {
  while (line->at < line->end && strchr(" \t\r", *line->at) != NULL && *line->at != '\0')
    line->at++;
  return line->at < line->end ? *line->at : '\0';
}

static bool take(Line *line, char c) {
  bool there = peek(line) == c;
  line->at += there ? 1 : 0;
  return there;
}

static bool hex(Line *line, uint32_t *ret_code) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  *ret_code = 0;
  for (int i = 0; i < 4; i++, line->at++) {
    const char *digit = line->at < line->end ? memchr(digits, *line->at, sizeof digits - 1) : NULL;
    if (digit == NULL)
      return fail(line, "four hexadecimal digits");
    *ret_code = *ret_code * 16 + (uint32_t)(digit - digits) % 16;
  }
  return true;
}

static void put(Line *line, uint32_t byte) { line->room[line->used++] = (char)byte; }

static void put_code(Line *line, uint32_t code) {
  if (code < 0x80) {
    put(line, code);
    return;
  }
  if (code < 0x800) {
    put(line, 0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(line, 0xE0 | code >> 12);
    } else {
      put(line, 0xF0 | code >> 18);
      put(line, 0x80 | (code >> 12 & 0x3F));
    }
    put(line, 0x80 | (code >> 6 & 0x3F));
  }
  put(line, 0x80 | (code & 0x3F));
}

/* Behind "\u"; what lies beyond 0xFFFF is written as two. */
static bool unicode(Line *line) {
  uint32_t code, low;
  if (!hex(line, &code))
    return false;
  if (code >= 0xD800 && code < 0xDC00) {
    if (line->end - line->at < 2 || line->at[0] != '\\' || line->at[1] != 'u')
      return fail(line, "\\u with the second half of a surrogate pair");
    line->at += 2;
    if (!hex(line, &low))
      return false;
    if (low < 0xDC00 || low > 0xDFFF)
      return fail(line, "the second half of a surrogate pair before this");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  } else if (code == 0 || (code >= 0xDC00 && code <= 0xDFFF)) {
    return fail(line, "a character before this");
  }
  put_code(line, code);
  return true;
}

static bool escape(Line *line) {
  static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
  if (line->at < line->end && *line->at == 'u') {
    line->at++;
    return unicode(line);
  }
  const char *name = line->at < line->end ? memchr(names, *line->at, sizeof names - 1) : NULL;
  if (name == NULL)
    return fail(line, "one of \"\\/bfnrtu behind a backslash");
  line->at++;
  put(line, (unsigned char)means[name - names]);
  return true;
}

static bool string(Line *line, RecnnField *ret_string) {
  size_t from = line->used;
  if (!take(line, '"'))
    return fail(line, "a string");
  while (line->at < line->end && *line->at != '"') {
    if ((unsigned char)*line->at < ' ')
      return fail(line, "no control character in a string");
    if (*line->at != '\\')
      put(line, (unsigned char)*line->at++);
    else if (line->at++, !escape(line))
      return false;
  }
  if (line->at == line->end)
    return fail(line, "the '\"' that ends the string");
  line->at++;
  *ret_string = (RecnnField){line->room + from, line->used - from};
  return true;
}

/* A number as it is written. */
static bool number(Line *line, RecnnField *ret_text, double *ret_value) {
  char first = peek(line);
  const char *at = line->at;
  while (at < line->end && *at != '\0' && strchr("+-.0123456789eE", *at) != NULL)
    at++;
  size_t length = (size_t)(at - line->at);
  *ret_text = (RecnnField){line->at, length};
  if ((first != '-' && (first < '0' || first > '9')) ||
      !recnn_api.dataset->parse(line->at, length, ret_value))
    return fail(line, "a finite number");
  line->at = at;
  return true;
}

static bool word(Line *line) {
  static const char *const words[] = {"true", "false", "null"};
  for (int i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(line->end - line->at) >= length && memcmp(line->at, words[i], length) == 0) {
      line->at += length;
      return true;
    }
  }
  return fail(line, "a value");
}

/* A value that nobody asked for. */
static bool pass_over(Line *line) {
  char closing[MAX_DEPTH] = {0};
  int depth = 0;
  RecnnField text;
  double value;
  do {
    char c = peek(line);
    if (depth > 0 && (c == closing[depth - 1] || c == ',' || c == ':')) {
      line->at++;
      depth -= c == closing[depth - 1] ? 1 : 0;
    } else if (c == '{' || c == '[') {
      if (depth == MAX_DEPTH)
        return fail(line, "at most 64 brackets in each other");
      closing[depth++] = c == '{' ? '}' : ']';
      line->at++;
    } else if (c == '"'                             ? !string(line, &text)
               : c == '-' || (c >= '0' && c <= '9') ? !number(line, &text, &value)
                                                    : !word(line)) {
      return false;
    }
  } while (depth > 0);
  return true;
}

static bool member(Line *line, const RecnnValue *keys, Values *values) {
  RecnnField key;
  int k = 0;
  if (!string(line, &key))
    return false;
  if (!take(line, ':'))
    return fail(line, "':'");
  while (k < N_KEYS && (key.length == 0 || strlen(keys[k].as.s) != key.length ||
                        memcmp(keys[k].as.s, key.text, key.length) != 0))
    k++;
  if (k == N_KEYS)
    return pass_over(line);
  if ((values->seen & 1u << k) != 0)
    return fail(line, "no key twice that is asked for");
  values->seen |= 1u << k;
  if (k <= ITEM && peek(line) == '"')
    return string(line, &values->token[k]);
  RecnnField text;
  if (!number(line, &text, &values->number[k]))
    return false;
  if (k <= ITEM)
    values->token[k] = text;
  return true;
}

static bool object(Line *line, const RecnnValue *keys, Values *values) {
  *values = (Values){0};
  if (!take(line, '{'))
    return fail(line, "'{'");
  if (!take(line, '}')) {
    do {
      if (!member(line, keys, values))
        return false;
    } while (take(line, ','));
    if (!take(line, '}'))
      return fail(line, "',' or '}'");
  }
  return peek(line) == '\0' && line->at == line->end ? true : fail(line, "the end of the line");
}

/* All lines have user and item, and of the others what the first one has. */
static bool check_keys(const Line *line, const RecnnValue *keys, uint32_t seen, uint32_t expected) {
  for (int k = 0; k < N_KEYS; k++) {
    uint32_t bit = 1u << k;
    if (((seen ^ expected) & bit) == 0)
      continue;
    char what[160];
    (void)snprintf(what, sizeof what, "%s key \"%.100s\"%s", (expected & bit) != 0 ? "a" : "no",
                   keys[k].as.s, k <= ITEM ? "" : ", as on the first line");
    return recnn_api.dataset->fail(line->reading, line->text, 0, NULL, what);
  }
  return true;
}

static bool add(const Line *line, const RecnnValue *options, const Values *values) {
  const RecnnRow row = {
      .struct_size = sizeof row,
      .user = values->token[USER],
      .item = values->token[ITEM],
      .rating = (float)values->number[RATING],
      .timestamp = values->number[TIMESTAMP] / (options[UNIT].as.i == 1 ? 1000.0 : 1.0),
  };
  return recnn_api.dataset->add(line->reading, line->text, &row) >= 0;
}

static bool begin(Line *line, const RecnnField *field) {
  line->start = line->at = field->text;
  line->end = field->text + field->length;
  line->used = 0;
  if (field->length <= line->space)
    return true;
  char *room = realloc(line->room, field->length * 2);
  if (room == NULL)
    return recnn_api.dataset->fail(line->reading, line->text, 0, NULL,
                                   "a line that there is memory for");
  line->room = room;
  line->space = field->length * 2;
  return true;
}

static RecnnStatus read(RecnnReading *reading, const char *path, const RecnnValue *options,
                        RecnnError *error) {
  (void)error; /* all failures are the reading's, which remembers them */
  const uint32_t both = 1u << USER | 1u << ITEM;
  Line line = {.reading = reading, .text = recnn_api.dataset->open(reading, path, NULL, 0)};
  const RecnnField *fields;
  int32_t n;
  Values values;
  uint32_t expected = 0;
  bool ok = true;
  while (ok && recnn_api.dataset->next(reading, line.text, &fields, &n)) {
    ok = begin(&line, &fields[0]) && object(&line, options, &values);
    if (ok && expected == 0) {
      expected = values.seen | both;
      ok = recnn_api.dataset->columns(
          reading, ((expected & 1u << RATING) != 0 ? RECNN_DATASET_RATING : 0u) |
                       ((expected & 1u << TIMESTAMP) != 0 ? RECNN_DATASET_TIMESTAMP : 0u));
    }
    ok = ok && check_keys(&line, options, values.seen, expected) && add(&line, options, &values);
  }
  free(line.room);
  return RECNN_OK;
}

static bool ends_with(const char *text, const char *ending) {
  size_t length = strlen(text), n = strlen(ending);
  return length >= n && strcmp(text + length - n, ending) == 0;
}

static int32_t recognise(RecnnReading *reading, const char *path) {
  static const char *const endings[] = {".jsonl",     ".ndjson",    ".jsonl.gz",
                                        ".ndjson.gz", ".jsonl.zst", ".ndjson.zst"};
  bool named = false;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    named = named || ends_with(path, endings[i]);
  if (!named)
    return 0;
  RecnnText *text = recnn_api.dataset->open(reading, path, NULL, 0);
  const RecnnField *fields;
  int32_t n;
  if (!recnn_api.dataset->next(reading, text, &fields, &n))
    return 0;
  return fields[0].length > 0 && fields[0].text[0] == '{' ? 95 : 0;
}

static const RecnnOption options[] = {
    {"user", RECNN_OPTION_STRING, "user", NULL, "The key of the user, a string or a number."},
    {"item", RECNN_OPTION_STRING, "item", NULL, "The key of the item, a string or a number."},
    {"rating", RECNN_OPTION_STRING, "rating", NULL, "The key of the rating, a number."},
    {"timestamp", RECNN_OPTION_STRING, "timestamp", NULL, "The key of the time, a number."},
    {"unit", RECNN_OPTION_CHOICE, "s", "s|ms", "What times count: seconds or milliseconds."},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnFormatSample samples[] = {
    {"reviews.jsonl",
     "{\"user\": \"ann\", \"item\": 17, \"rating\": 4.5, \"timestamp\": 1700000000}\n"
     "{\"timestamp\": 1.7e9, \"text\": [1, {\"a\": \"}\"}], \"rating\": 3, \"item\": \"17\", "
     "\"user\": "
     "\"\\u00e9va\"}\n"
     "{\"user\": \"ann\", \"item\": \"x\\\"y\", \"rating\": 1, \"timestamp\": 1700000001}\n",
     2, 2, 3},
    {NULL, NULL, 0, 0, 0},
};

static const RecnnFormatClass jsonlines = {
    .struct_size = sizeof(RecnnFormatClass),
    .name = "jsonlines",
    .doc = "Interactions as JSON, an object a line.",
    .looks_for = "a file NAME.jsonl whose lines are JSON objects",
    .options = options,
    .recognise = recognise,
    .read = read,
    .samples = samples,
};

static const RecnnFeature features[] = {{RECNN_FORMAT_KIND, &jsonlines}, {NULL, NULL}};
RECNN_PLUGIN("jsonlines", "1.0.0", "Apache-2.0", "Data sets of JSON objects, one a line", features);
