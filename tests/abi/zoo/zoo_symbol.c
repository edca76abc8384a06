/* A shared library that is no plugin. */
int zoo_symbol_answer(void);
int zoo_symbol_answer(void) { return 42; }
