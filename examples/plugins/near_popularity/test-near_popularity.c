/* Where draws fall: within the width around the item in the order of popularity, all of it. */
#include "near_popularity.c"

#include <assert.h>
#include <string.h>

int main(void) {
  /* Counts 1, 4, 2, 1, 3: the order is 1 4 2 0 3. */
  static const int32_t users[11] = {0}, items[] = {1, 4, 2, 1, 0, 4, 1, 2, 1, 4, 3};
  const RecnnInteractions rows = {.struct_size = sizeof rows,
                                  .n = 11,
                                  .n_users = 1,
                                  .n_items = 5,
                                  .user = users,
                                  .item = items};
  const RecnnKnown known = {.struct_size = sizeof known, .rows = &rows};
  const RecnnValue width[] = {{RECNN_OPTION_INT, 0, {.i = 1}}};
  static const struct {
    int32_t item;
    const char *drawn; /* '1': item may be drawn */
  } cases[] = {{1, "01001"}, {4, "01101"}, {2, "10101"}, {0, "10110"}, {3, "10010"}, {-1, "11111"}};
  void *state;
  assert(near_popularity.create(&known, width, &state, NULL) == RECNN_OK);
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    char drawn[] = "00000";
    for (uint64_t word = 0; word < UINT64_C(1) << 32; word += UINT64_C(0x3ffffff)) {
      RecnnDraw draw = {.struct_size = sizeof draw,
                        .known = &known,
                        .item = cases[c].item,
                        .words = {(uint32_t)word}};
      int32_t item = near_popularity.draw(state, &draw);
      assert(item >= 0 && item < 5);
      drawn[item] = '1';
    }
    assert(memcmp(drawn, cases[c].drawn, 5) == 0);
  }
  near_popularity.destroy(state);
  return 0;
}
