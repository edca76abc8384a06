/* Titles with years. */
#include "data/movielens-private.h"

bool recnn__movielens_ends_in_year(const RecnnField *field) {
  if (field->length < 4)
    return false;
  for (size_t i = field->length - 4; i < field->length; i++)
    if (!g_ascii_isdigit(field->text[i]))
      return false;
  return true;
}

size_t recnn__movielens_title(const RecnnField *title, RecnnField *ret_year) {
  size_t length = title->length;
  RecnnField year = {title->text, length > 0 ? length - 1 : 0};
  *ret_year = (RecnnField){title->text, 0};
  if (length < 7 || title->text[length - 1] != ')' || title->text[length - 6] != '(' ||
      !recnn__movielens_ends_in_year(&year))
    return length;
  *ret_year = (RecnnField){title->text + length - 5, 4};
  return length - 6;
}
