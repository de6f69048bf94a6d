#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/ui/form.h"
#include "lib/ui/page.h"
#include "lib/ui/request_guard.h"

// A form as a browser, or whoever says to be one, sends it to the pages. What is in it must not
// come back as markup.

using sidecar::ui::FormField;
using sidecar::ui::Playground;
using sidecar::ui::RenderPlayground;
using sidecar::ui::WhyRefused;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string_view head = input.substr(0, line);
  const std::string_view host = head.substr(0, head.find(' '));
  const bool refused = WhyRefused({host, head, ""}, false).has_value();
  if (refused && host.empty()) std::abort();

  const std::string_view body = line == std::string_view::npos ? "" : input.substr(line + 1);
  Playground page;
  page.pod = FormField(body, "pod").value_or("");
  page.refusal = std::string(head);
  const std::string html = RenderPlayground(page);
  // The page's own tags and no others.
  Playground empty;
  const auto tags = [](std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += c == '<' ? 1 : 0;
    return count;
  };
  empty.refusal = page.refusal.empty() ? "" : "x";
  if (tags(html) != tags(RenderPlayground(empty))) std::abort();
  return 0;
}
