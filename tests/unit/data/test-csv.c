/* Tables with a header: delimiters, quotes, columns by name and by option, parts, tables of users
 * and items, and what is wrong with them. */
#include <glib.h>

#include "unit/data/reader-test.h"

static void test_columns(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const ReaderCase cases[] = {
      {"user_id,item_id\na,x\nb,y\n", "", "users: a b\nitems: x y\na-x b-y"},
      {"userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n", "",
       "users: 1\nitems: 31\n1-31*2.5@1260759144"},
      {"User ID\tITEM-ID\ttime\na\tx\t3\n", "", "users: a\nitems: x\na-x@3"},
      {"item;user;label\nx;a;1\nx;b;0\n", "", "users: a b\nitems: x\na-x!1 b-x!0"},
      {"session_id|itemid\ns|x\n", "", "users: s\nitems: x\ns-x"},
      {"user,session_id,item\na,s,x\n", "", "users: a\nitems: x\na-x"},
      {"user,session_id,item\na,s,x\n", "user=session_id", "users: s\nitems: x\ns-x"},
      {"wer,was,wie,wann\na,x,4,5\n", "user=wer;item=was;rating=wie;timestamp=wann",
       "users: a\nitems: x\na-x*4@5"},
      {"user,item,rating,time\na,x,?,never\n", "rating=-;timestamp=-", "users: a\nitems: x\na-x"},
      {"\"user\",\"item\"\n\"a, b\",\"x \"\"y\"\"\"\n", "",
       "users: a, b\nitems: x \"y\"\na, b-x \"y\""},
      {"user~item\na~x\n", "delimiter=~", "users: a\nitems: x\na-x"},
      {"\xef\xbb\xbfuser,item\r\na,x\r\n\r\n", "", "users: a\nitems: x\na-x"},
      {"user,item\ncaf\xe9,x\n", "", "users: caf\xc3\xa9\nitems: x\ncaf\xc3\xa9-x"},
      {"user,item,time\na,x,1500\n", "time_unit=ms", "users: a\nitems: x\na-x@1.5"},
      {"user,item\na,x\na,y\n", "ordered=true", "users: a\nitems: x y\na-x a-y ordered"},
      /* Features of the interaction. */
      {"user,item,day,price,tags\na,x,mo,1.5,\"[1, 'b c']\"\nb,x,,,p|q r\nb,y,tu,2,u  v\n",
       "features=price:float,tags:token_seq,day",
       "users: a b\nitems: x y\na-x{mo,1.5,1+b c} b-x{,,p+q r} b-y{tu,2,u+v} day:token price:float "
       "tags:token_seq"},
      {"user,item,rating,day,\na,x,3,mo,z\n", "features=*",
       "users: a\nitems: x\na-x*3{mo} day:token"},
      {"user,item,n,v\na,x,1,[1;2]\n", "features=*, n:float",
       "users: a\nitems: x\na-x{1,[1;2]} n:float v:token"},
      {"user,item,v\na,x,1|2.5\n", "features=v:float_seq",
       "users: a\nitems: x\na-x{1+2.5} v:float_seq"},
      {"user,item,neg_items\na,x,\"[y, x]\"\na,y,\n", "", "users: a\nitems: x y\na-x[y,x] a-y"},
      {"user,item,other\na,x,y x\na,y,\n", "neg_items=other", "users: a\nitems: x y\na-x[y,x] a-y"},
  };
  check_cases(scratch, "x.csv", "csv", cases, G_N_ELEMENTS(cases));
}

static void test_bad_input(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const ReaderCase cases[] = {
      {"", "", "!DIR/x.csv: the file is empty, expected a header with the names of the columns"},
      {"user,item\n", "", "!DIR/x.csv: no interactions, expected at least one"},
      {"wer,item\na,x\n", "",
       "!DIR/x.csv:1: no column for the user; found: \"wer\", \"item\"; say which it is"},
      {"user,was\na,x\n", "",
       "!DIR/x.csv:1: no column for the item; found: \"user\", \"was\"; say which it is"},
      {"user,item\na,x\n", "rating=stars",
       "!DIR/x.csv:1: no column \"stars\" for the rating; known: user, item"},
      {"user,item,star\na,x,1\n", "rating=stars",
       "!DIR/x.csv:1: no column \"stars\" for the rating (did you mean star?); known: user, item, "
       "star"},
      {"user,item,user\na,x,1\n", "",
       "!DIR/x.csv:1: column 3: \"user\": expected each name once, column 1 has this one too"},
      {"user,item,rating\na,x,3\na,y\n", "",
       "!DIR/x.csv:3: column 3 (rating): missing: expected a line of 3 fields, this one has 2"},
      {"user,item\na,x,3\n", "",
       "!DIR/x.csv:2: column 3: \"3\": expected a line of 2 fields, this one has 3"},
      {"user,item\na,\n", "",
       "!DIR/x.csv:2: column 2 (item): \"\": expected a token that is not empty"},
      {"user,item,rating\na,x,good\n", "",
       "!DIR/x.csv:2: column 3 (rating): \"good\": expected a finite number"},
      {"user,item,rating\na,x,nan\n", "",
       "!DIR/x.csv:2: column 3 (rating): \"nan\": expected a finite number"},
      {"user,item,rating\na,x,1e39\n", "",
       "!DIR/x.csv:2: column 3 (rating): \"1e39\": expected a number from -3.4e38 to 3.4e38"},
      {"user,item,time\na,x,1260759144000\n", "",
       "!DIR/x.csv:2: column 3 (time): \"1260759144000\": expected a time in seconds, from -1e11 "
       "to "
       "1e11 (are these milliseconds?)"},
      {"user,item,time\na,x,1e18\n", "time_unit=ms",
       "!DIR/x.csv:2: column 3 (time): \"1e18\": expected a time in the unit of time_unit, from "
       "-1e11 to 1e11 seconds"},
      {"user,item,label\na,x,1\na,y,2\n", "",
       "!DIR/x.csv:3: column 3 (label): \"2\": expected 0 or 1"},
      {"user,item,price\na,x,cheap\n", "features=price:float",
       "!DIR/x.csv:2: column 3 (price): \"cheap\": expected a finite number"},
      {"user,item,price\na,x,1\n", "features=prize",
       "!DIR/x.csv:1: no column \"prize\" for the feature (did you mean price?); known: user, "
       "item, "
       "price"},
      {"user,item,price\na,x,1\n", "features=price:number",
       "!feature \"price:number\": type \"number\": expected token, token_seq, float or float_seq"},
      {"user,item,price\na,x,1\n", "features=price,price:float",
       "!feature \"price\": expected it once"},
      {"user,item,neg_items\na,x,[y]\nb,z,[x]\n", "",
       "!DIR/x.csv:2: candidate \"y\": expected an item of the data, one that an interaction or a "
       "table of items has"},
      {"user,item\n\"a,x\n", "",
       "!DIR/x.csv:2: column 1: a quote that is not closed: expected one at the field's end"},
      {"user,item\na\"b,x\n", "",
       "!DIR/x.csv:2: column 1: a quote inside of a field: expected the field in quotes and this "
       "one doubled"},
      {"user,item\na,x\n", "train=y.csv",
       "!option train: DIR/x.csv is a file: expected the folder that has them"},
  };
  check_cases(scratch, "x.csv", "csv", cases, G_N_ELEMENTS(cases));
  check_read(scratch, "none.csv", "csv", "", "!DIR/none.csv: no such file or folder");
}

static void test_parts(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "p/train.csv", "user,item,rating\na,x,1\nb,y,2\n");
  scratch_text(scratch, "p/test.csv", "rating,user,item\n3,a,y\n");
  static const char two[] = "users: a b\nitems: x y\na-x*1/0 b-y*2/0 a-y*3/2";
  check_format_of(scratch, "p", "csv");
  check_read(scratch, "p", NULL, "", two);
  check_read(scratch, "p", "csv", "train=train.csv;test=test.csv", two);
  scratch_text(scratch, "p/validation.csv", "user,item,rating\nb,x,4\n");
  static const char three[] = "users: a b\nitems: x y\na-x*1/0 b-y*2/0 b-x*4/1 a-y*3/2";
  check_read(scratch, "p", NULL, "", three);
  /* Several files as one piece, and by a pattern, in the order of names. */
  check_read(scratch, "p", "csv", "files=train.csv, test.csv",
             "users: a b\nitems: x y\na-x*1 b-y*2 a-y*3");
  check_read(scratch, "p", "csv", "files=t*.csv", "users: a b\nitems: y x\na-y*3 a-x*1 b-y*2");
  check_read(scratch, "p", "csv", "files=z*.csv", "!DIR/p: no file \"z*.csv\" in this folder");
  check_read(scratch, "p", "csv", "files=z.csv", "!DIR/p/z.csv: no such file (files \"z.csv\")");
  check_read(
      scratch, "p", "csv", "test=test.csv",
      "!option train: expected the file of the part train, as there is one for another part");
  check_read(scratch, "p", "csv", "train=train.csv;valid=z.csv",
             "!DIR/p/z.csv: no such file (option valid)");
  check_read(scratch, "p", "csv", "train=train.csv;files=test.csv",
             "!options files and train exclude each other; set one of them");
  /* All rows have a rating, or none. */
  scratch_text(scratch, "p/test.csv", "user,item\na,y\n");
  check_read(scratch, "p", NULL, "",
             "!DIR/p/test.csv:1: no column of ratings: expected one, as DIR/p/train.csv has one");
  scratch_text(scratch, "p/test.csv", "user,item,rating,time\na,y,1,1\n");
  check_read(
      scratch, "p", NULL, "",
      "!DIR/p/test.csv:1: a column of timestamps: expected none, as DIR/p/train.csv has none");
  /* Features that only some files have. */
  scratch_text(scratch, "p/test.csv", "user,item,rating,day\na,y,1,mo\n");
  check_read(scratch, "p", NULL, "features=*",
             "users: a b\nitems: x y\na-x*1/0{} b-y*2/0{} b-x*4/1{} a-y*1/2{mo} day:token");
  /* Called NAME.train.csv. */
  scratch_text(scratch, "q/shop.train.csv", "user,item\na,x\n");
  scratch_text(scratch, "q/shop.val.csv", "user,item\na,y\n");
  static const char named[] = "users: a\nitems: x y\na-x/0 a-y/1";
  check_read(scratch, "q", "csv", "", named);
  check_read(scratch, "q/shop.train.csv", "csv", "", named);
  scratch_text(scratch, "q/tea.train.csv", "user,item\na,x\n");
  check_read(scratch, "q", "csv", "",
             "!DIR/q: shop.train.csv and tea.train.csv in this folder; name the one to read");
  check_read(scratch, "p/..", "csv", "",
             "!DIR/p/..: no train.csv or NAME.train.csv in this folder");
}

static void test_tables(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "x.csv", "user,item\na,x\nb,x\n");
  scratch_text(scratch, "u.tsv", "user_id\tage\na\t7\nc\t\n");
  scratch_text(scratch, "i.csv", "id,item,tags\n9,x,p|q\n");
  check_read(scratch, "x.csv", "csv", "users=u.tsv;items=i.csv",
             "users: a{7} b{} c{} age:token\nitems: x{9,p|q} id:token tags:token\na-x b-x");
  check_read(scratch, "x.csv", "csv",
             "users=u.tsv;user_features=age:float;items=i.csv;item_features=tags:token_seq",
             "users: a{7} b{} c{} age:float\nitems: x{p+q} tags:token_seq\na-x b-x");
  check_read(scratch, "x.csv", "csv", "users=v.tsv",
             "!cannot open DIR/v.tsv: No such file or directory");
  scratch_text(scratch, "u.tsv", "user_id\tage\na\t7\na\t8\n");
  check_read(
      scratch, "x.csv", "csv", "users=u.tsv",
      "!DIR/u.tsv:3: column 1 (user_id): \"a\": expected each one once, this one is on line 2 "
      "too");
  scratch_text(scratch, "u.tsv", "who\tage\na\t7\n");
  check_read(scratch, "x.csv", "csv", "users=u.tsv",
             "!DIR/u.tsv:1: no column for the user; found: \"who\", \"age\"; say which it is");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/csv/columns", test_columns);
  SCRATCH_TEST("/data/csv/bad-input", test_bad_input);
  SCRATCH_TEST("/data/csv/parts", test_parts);
  SCRATCH_TEST("/data/csv/tables", test_tables);
  return g_test_run();
}
