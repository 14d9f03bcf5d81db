"""How days are written where a language of ours is not written as Django has it: `FORMAT_MODULE_PATH`."""
