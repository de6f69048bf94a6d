#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "lib/base/result.h"

// Structured logging: one line an event, its facts as key and value. Over spdlog, which no other
// file names.
//
// Never log pod contents or environment values: they hold people's secrets.

namespace sidecar {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };

// "debug", "info", "warning" (or "warn"), "error", "off" (or "none").
Result<LogLevel> ParseLogLevel(std::string_view text);
std::string_view ToString(LogLevel level);

// A fact of a log line. Holds views: it lives as long as the call that logs it.
class LogField {
 public:
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  LogField(std::string_view key, const std::string& value)
      : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, std::same_as<bool> auto value) : key_(key), value_(value) {}
  LogField(std::string_view key, std::floating_point auto value)
      : key_(key), value_(static_cast<double>(value)) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) LogField(std::string_view key, T value)
      : key_(key),
        value_(
            static_cast<std::conditional_t<std::signed_integral<T>, std::int64_t, std::uint64_t>>(
                value)) {}

  std::string_view key() const { return key_; }
  const Value& value() const { return value_; }

 private:
  std::string_view key_;
  Value value_;
};

using LogFields = std::initializer_list<LogField>;

enum class LogFormat : std::uint8_t {
  kText,  // 2018-01-31T12:00:00.000Z info  message key=value
  kJson,  // {"time":"2018-01-31T12:00:00.000Z","level":"info","msg":"message","key":"value"}
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  // Gets every line, with its line break; one call at a time. Empty: standard error.
  std::function<void(std::string_view line)> sink;
};

// Thread-safe; lines never mix. A line below the level is not formatted, so that a call costs what
// its arguments cost. Values longer than 8 KiB are cut; bytes that are no UTF-8 become U+FFFD.
class Logger {
 public:
  explicit Logger(LogOptions options);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  bool IsEnabled(LogLevel level) const;

  void Debug(std::string_view message, LogFields fields = {}) {
    Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, LogFields fields = {}) {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, LogFields fields = {}) {
    Write(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, LogFields fields = {}) {
    Write(LogLevel::kError, message, fields);
  }
  void Write(LogLevel level, std::string_view message, LogFields fields = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sidecar
