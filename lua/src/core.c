int luaopen_recnn_core(void *l); int luaopen_recnn_core(void *l) { (void)l; return 0; }
