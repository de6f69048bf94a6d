#include "lib/base/log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <mutex>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "lib/base/utf8.h"

namespace sidecar {

namespace {

constexpr std::size_t kMostValueBytes = 8U << 10U;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct LevelName {
  LogLevel level;
  std::string_view name;
  spdlog::level::level_enum spdlog_level;
};
constexpr std::array<LevelName, 7> kLevels{{
    {LogLevel::kDebug, "debug", spdlog::level::debug},
    {LogLevel::kInfo, "info", spdlog::level::info},
    {LogLevel::kWarning, "warning", spdlog::level::warn},
    {LogLevel::kError, "error", spdlog::level::err},
    {LogLevel::kOff, "off", spdlog::level::off},
    // Other spellings; Istio's --log_output_level says "none" and "warn".
    {LogLevel::kWarning, "warn", spdlog::level::warn},
    {LogLevel::kOff, "none", spdlog::level::off},
}};

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  return kLevels.at(static_cast<std::size_t>(level)).spdlog_level;
}

// An object, so that a search for what needs it calls no function.
constexpr auto kNeedsNoQuoting = [](char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
};

void AppendQuoted(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool cut = text.size() > kMostValueBytes;
  text = text.substr(0, kMostValueBytes);
  out += '"';
  for (;;) {
    const auto special = std::find_if_not(text.begin(), text.end(), kNeedsNoQuoting);
    const auto plain = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto c = static_cast<unsigned char>(text.front());
    const DecodedRune rune = DecodeRune(text);
    if (c == '"' || c == '\\') {
      out.append({'\\', text.front()});
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c == 0x7F) {
      out.append("\\u00").append({kHex[c >> 4U], kHex[c & 15U]});
    } else {
      out.append(rune.IsInvalidByte() ? kReplacement : text.substr(0, rune.width));
    }
    text.remove_prefix(rune.width);
  }
  if (cut) out += "...";
  out += '"';
}

// A word needs no quotes in the text format.
bool IsWord(std::string_view text) {
  constexpr std::string_view kPunctuation = "-_./:@+,%";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && kPunctuation.find(c) == std::string_view::npos) return false;
  }
  return !text.empty() && text.size() <= kMostValueBytes;
}

struct ValueWriter {
  LogFormat format;
  std::string& out;

  void operator()(std::string_view value) const {
    if (format == LogFormat::kText && IsWord(value)) {
      out += value;
    } else {
      AppendQuoted(value, out);
    }
  }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(double value) const {
    // JSON knows no such numbers.
    if (std::isnan(value)) return AppendQuoted("NaN", out);
    if (std::isinf(value)) return AppendQuoted(value > 0 ? "+Inf" : "-Inf", out);
    Number(value);
  }
  void operator()(std::int64_t value) const { Number(value); }
  void operator()(std::uint64_t value) const { Number(value); }

  void Number(auto value) const {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
};

std::string Payload(LogFormat format, std::string_view message, LogFields fields) {
  constexpr std::size_t kUsualBytes = 512;  // An admission's line has 400.
  std::string out;
  out.reserve(kUsualBytes);
  if (format == LogFormat::kJson) {
    out += "\"msg\":";
    AppendQuoted(message, out);
  } else if (message.find('\n') == std::string_view::npos && message.size() <= kMostValueBytes) {
    out += message;
  } else {
    AppendQuoted(message, out);
  }
  for (const LogField& field : fields) {
    if (format == LogFormat::kJson) {
      out += ',';
      AppendQuoted(field.key(), out);
      out += ':';
    } else {
      out.append(" ").append(field.key()).append("=");
    }
    std::visit(ValueWriter{format, out}, field.value());
  }
  return out;
}

class FunctionSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> function)
      : function_(std::move(function)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    function_({line.data(), line.size()});
  }
  void flush_() override {}

  std::function<void(std::string_view)> function_;
};

spdlog::sink_ptr MakeSink(std::function<void(std::string_view)> function) {
  if (function) return std::make_shared<FunctionSink>(std::move(function));
  return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

}  // namespace

Result<LogLevel> ParseLogLevel(std::string_view text) {
  for (const LevelName& level : kLevels) {
    if (level.name == text) return level.level;
  }
  return Error{ErrorCode::kInvalidArgument, "log level \"" + std::string(text) +
                                                "\" is none of debug, info, warning, error, off"};
}

std::string_view ToString(LogLevel level) {
  return kLevels.at(static_cast<std::size_t>(level)).name;
}

struct Logger::Impl {
  explicit Impl(LogOptions options)
      : format(options.format), logger("", MakeSink(std::move(options.sink))) {
    const std::string time = "%Y-%m-%dT%H:%M:%S.%eZ";
    const std::string pattern = format == LogFormat::kJson
                                    ? R"({"time":")" + time + R"(","level":"%l",%v})"
                                    : time + " %-7l %v";
    logger.set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    logger.set_level(ToSpdlog(options.level));
  }

  const LogFormat format;
  spdlog::logger logger;
};

Logger::Logger(LogOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Logger::~Logger() = default;

bool Logger::IsEnabled(LogLevel level) const {
  return level != LogLevel::kOff && impl_->logger.should_log(ToSpdlog(level));
}

void Logger::Write(LogLevel level, std::string_view message, LogFields fields) {
  if (!IsEnabled(level)) return;
  const std::string payload = Payload(impl_->format, message, fields);
  impl_->logger.log(ToSpdlog(level), spdlog::string_view_t(payload.data(), payload.size()));
}

}  // namespace sidecar
