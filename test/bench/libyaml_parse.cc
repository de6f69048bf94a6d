// Usage: libyaml_parse FILE. Parses every document of FILE with libyaml and does nothing with it:
// the floor that kube-inject's time is compared to. Reads the file piece by piece, as libyaml
// likes.

#include <cstdio>

#include <yaml.h>

int main(int argc, char** argv) {
  std::FILE* const file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
  if (file == nullptr) {
    std::fprintf(stderr, "usage: libyaml_parse FILE\n");
    return 2;
  }
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return 1;
  yaml_parser_set_input_file(&parser, file);
  bool more = true;
  bool good = true;
  while (more) {
    yaml_event_t event;
    good = yaml_parser_parse(&parser, &event) != 0;
    more = good && event.type != YAML_STREAM_END_EVENT;
    if (good) yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  std::fclose(file);
  return good ? 0 : 1;
}
