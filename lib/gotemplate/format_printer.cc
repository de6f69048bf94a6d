#include "lib/gotemplate/format_printer.h"

#include <algorithm>
#include <optional>

#include "lib/gotemplate/format_method.h"
#include "lib/gotemplate/funcs/work.h"

namespace sidecar::gotemplate {
namespace {

const Type* ByteSliceType() {
  static const Type* const type = SliceOf(Uint8Type());
  return type;
}

int BitsOfFloat(Kind kind) {
  return kind == Kind::kFloat32 || kind == Kind::kComplex64 ? 32 : 64;
}

bool CanPrintTextAs(char32_t verb) {
  return verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
}

std::string BytesOf(const Value& sequence) {
  std::string bytes;
  bytes.reserve(sequence.size());
  for (const Value& slot : sequence.slots()) bytes.push_back(static_cast<char>(slot.AsUint()));
  return bytes;
}

const void* TargetOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kMap: return value.AsMap();
    case Kind::kFunc: return value.AsFunction();
    default: return value.slots().data();
  }
}

bool HasAddress(Kind kind) {
  return kind == Kind::kFunc || kind == Kind::kMap || kind == Kind::kPointer ||
         kind == Kind::kSlice;
}

// Kinds that fmt shows behind a pointer, at the top level only.
bool IsShownBehindPointer(Kind kind) {
  return kind == Kind::kArray || kind == Kind::kSlice || kind == Kind::kStruct ||
         kind == Kind::kMap;
}

}  // namespace

void Printer::CheckSize() {
  if (writer_.out().size() > max_bytes_) throw ArenaLimitExceeded();
}

// Real addresses would differ from run to run and tell where the heap is. These count what one call
// shows, and look like Go's.
std::uint64_t Printer::AddressOf(const void* target) {
  constexpr std::uint64_t kBase = 0xc000010000;
  constexpr std::uint64_t kStep = 16;
  if (target == nullptr) return 0;
  const auto known = std::find(targets_.begin(), targets_.end(), target);
  const auto index = static_cast<std::uint64_t>(known - targets_.begin());
  constexpr std::size_t kMaxRemembered = 64;  // Beyond it, all look like one: no quadratic search.
  if (known == targets_.end() && targets_.size() < kMaxRemembered) targets_.push_back(target);
  return kBase + index * kStep;
}

// pp.printArg.
void Printer::PrintArgument(Value argument, char32_t verb) {
  CheckSize();
  if (argument.kind() == Kind::kInterface) argument = argument.Elem();
  current_ = argument;
  if (!argument.IsValid()) {
    if (verb == 'T' || verb == 'v') {
      writer_.Padded("<nil>");
    } else {
      BadVerb(verb);
    }
  } else if (verb == 'T') {
    writer_.Text(argument.type()->name);
  } else if (verb == 'p') {
    PrintPointer(argument, verb);
  } else if (argument.type() == ByteSliceType()) {
    PrintByteSlice(argument, verb);
  } else if (!PrintedByMethod(argument, verb)) {
    PrintValue(argument, verb, 0);
  }
}

// pp.printValue, for values whose methods were considered at depth 0.
void Printer::PrintValue(const Value& value, char32_t verb, int depth) {
  // A value that shares its parts can be far larger than its memory.
  constexpr std::size_t kPrice = 160;
  CheckSize();
  funcs::PayForWork(&arena_, kPrice);
  if (depth > kMaxDepth) throw FunctionError("value is nested too deeply to be printed");
  if (depth > 0 && unexported_depth_ == 0 && PrintedByMethod(value, verb)) return;
  current_ = value;
  PrintKind(value, verb, depth);
}

void Printer::PrintKind(const Value& value, char32_t verb, int depth) {
  switch (value.kind()) {
    case Kind::kMap: PrintMap(value, verb, depth); return;
    case Kind::kStruct: PrintStruct(value, verb, depth); return;
    case Kind::kArray:
    case Kind::kSlice:
      if (!PrintBytesAsText(value, verb)) PrintSequence(value, verb, depth);
      return;
    case Kind::kPointer:
      if (depth == 0 && !value.IsNil() && IsShownBehindPointer(value.type()->element->kind)) {
        writer_.Raw('&');
        PrintValue(value.Elem(), verb, depth + 1);
        return;
      }
      PrintPointer(value, verb);
      return;
    case Kind::kFunc: PrintPointer(value, verb); return;
    default: PrintScalar(value, verb); return;
  }
}

void Printer::PrintScalar(const Value& value, char32_t verb) {
  const Kind kind = value.kind();
  if (kind == Kind::kString) {
    PrintText(value.AsString(), verb);
  } else if (kind == Kind::kBool) {
    if (verb == 't' || verb == 'v') {
      writer_.Boolean(value.AsBool());
    } else {
      BadVerb(verb);
    }
  } else if (IsSigned(kind)) {
    PrintInteger(static_cast<std::uint64_t>(value.AsInt()), true, verb);
  } else if (IsUnsigned(kind)) {
    PrintInteger(value.AsUint(), false, verb);
  } else if (IsFloat(kind)) {
    PrintFloat(value.AsFloat(), BitsOfFloat(kind), verb);
  } else if (IsComplex(kind)) {
    PrintComplex(value, verb);
  }
}

void Printer::PrintSlot(const Value& slot, const Type* type, char32_t verb, int depth) {
  if (slot.IsValid() && slot.kind() != Kind::kInterface) {
    PrintValue(slot, verb, depth);
    return;
  }
  const Value held = slot.IsValid() ? slot.Elem() : Value();
  if (held.IsValid()) {
    PrintValue(held, verb, depth);
  } else if (writer_.flags.sharp_v) {
    writer_.Raw(type->name);
    writer_.Raw("(nil)");
  } else {
    writer_.Raw("<nil>");
  }
}

void Printer::PrintMap(const Value& map, char32_t verb, int depth) {
  const bool sharp = writer_.flags.sharp_v;
  const Type* const type = map.type();
  writer_.Raw(sharp ? std::string_view(type->name) : "map");
  if (sharp && map.IsNil()) {
    writer_.Raw("(nil)");
    return;
  }
  writer_.Raw(sharp ? '{' : '[');
  if (!map.IsNil()) {
    bool first = true;
    for (const MapEntry& entry : map.AsMap()->all()) {
      if (!first) writer_.Raw(sharp ? ", " : " ");
      first = false;
      PrintSlot(entry.key, type->key, verb, depth + 1);
      writer_.Raw(':');
      PrintSlot(entry.value, type->element, verb, depth + 1);
    }
  }
  writer_.Raw(sharp ? '}' : ']');
}

void Printer::PrintStruct(const Value& value, char32_t verb, int depth) {
  const bool sharp = writer_.flags.sharp_v;
  const bool named = sharp || writer_.flags.plus_v;
  const Type* const type = value.type();
  if (sharp) writer_.Raw(type->name);
  writer_.Raw('{');
  for (std::size_t i = 0; i < type->fields.size(); ++i) {
    const Field& field = type->fields[i];
    if (i > 0) writer_.Raw(sharp ? ", " : " ");
    if (named && !field.name.empty()) {
      writer_.Raw(field.name);
      writer_.Raw(':');
    }
    const int hidden = field.IsExported() ? 0 : 1;
    unexported_depth_ += hidden;
    PrintSlot(value.slots()[i], field.type, verb, depth + 1);
    unexported_depth_ -= hidden;
  }
  writer_.Raw('}');
}

void Printer::PrintSequence(const Value& sequence, char32_t verb, int depth) {
  const bool sharp = writer_.flags.sharp_v;
  const Type* const type = sequence.type();
  if (sharp) {
    writer_.Raw(type->name);
    if (sequence.IsNil()) {
      writer_.Raw("(nil)");
      return;
    }
  }
  writer_.Raw(sharp ? '{' : '[');
  bool first = true;
  for (const Value& slot : sequence.slots()) {
    if (!first) writer_.Raw(sharp ? ", " : " ");
    first = false;
    PrintSlot(slot, type->element, verb, depth + 1);
  }
  writer_.Raw(sharp ? '}' : ']');
}

void Printer::PrintInteger(std::uint64_t value, bool is_signed, char32_t verb) {
  switch (verb) {
    case 'v':
      if (writer_.flags.sharp_v && !is_signed) {
        writer_.Pointer(value, true);
        return;
      }
      writer_.Integer(value, {.base = 10, .is_signed = is_signed});
      return;
    case 'd': writer_.Integer(value, {.base = 10, .is_signed = is_signed}); return;
    case 'b': writer_.Integer(value, {.base = 2, .is_signed = is_signed}); return;
    case 'o':
    case 'O':
      writer_.Integer(value, {.base = 8, .is_signed = is_signed, .octal_prefix = verb == 'O'});
      return;
    case 'x': writer_.Integer(value, {.base = 16, .is_signed = is_signed}); return;
    case 'X':
      writer_.Integer(value, {.base = 16, .is_signed = is_signed, .letters = LetterCase::kUpper});
      return;
    case 'c': writer_.Character(value); return;
    case 'q': writer_.QuotedCharacter(value); return;
    case 'U': writer_.UnicodePoint(value); return;
    default: BadVerb(verb); return;
  }
}

void Printer::PrintFloat(double value, int bit_size, char32_t verb) {
  const std::size_t before = writer_.out().size();
  PrintUnpaidFloat(value, bit_size, verb);
  // Digits of numbers that are written in full take long to find.
  funcs::PayForWork(&arena_, 4 * (writer_.out().size() - before));
}

void Printer::PrintUnpaidFloat(double value, int bit_size, char32_t verb) {
  switch (verb) {
    case 'v': writer_.Float(value, bit_size, 'g', -1); return;
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': writer_.Float(value, bit_size, static_cast<char>(verb), -1); return;
    case 'f':
    case 'e':
    case 'E': writer_.Float(value, bit_size, static_cast<char>(verb), 6); return;
    case 'F': writer_.Float(value, bit_size, 'f', 6); return;
    default: BadVerb(verb); return;
  }
}

void Printer::PrintComplex(const Value& value, char32_t verb) {
  constexpr std::u32string_view kVerbs = U"vbgGxXfFeE";
  if (kVerbs.find(verb) == std::u32string_view::npos) {
    BadVerb(verb);
    return;
  }
  const int bit_size = BitsOfFloat(value.kind());
  const bool plus = writer_.flags.plus;
  writer_.Raw('(');
  PrintFloat(value.AsComplex().real(), bit_size, verb);
  writer_.flags.plus = true;  // The imaginary part always has a sign.
  PrintFloat(value.AsComplex().imag(), bit_size, verb);
  writer_.Raw("i)");
  writer_.flags.plus = plus;
}

void Printer::PrintText(std::string_view text, char32_t verb) {
  switch (verb) {
    case 'v':
      if (writer_.flags.sharp_v) {
        writer_.QuotedText(text);
        return;
      }
      writer_.Text(text);
      return;
    case 's': writer_.Text(text); return;
    case 'x': writer_.HexText(text, LetterCase::kLower); return;
    case 'X': writer_.HexText(text, LetterCase::kUpper); return;
    case 'q': writer_.QuotedText(text); return;
    default: BadVerb(verb); return;
  }
}

// pp.fmtBytes for an operand of the very type []byte.
void Printer::PrintByteSlice(const Value& bytes, char32_t verb) {
  const bool sharp = writer_.flags.sharp_v;
  if (verb != 'v' && verb != 'd') {
    if (!PrintBytesAsText(bytes, verb)) PrintValue(bytes, verb, 0);
    return;
  }
  if (sharp) writer_.Raw("[]byte");
  if (sharp && bytes.IsNil()) {
    writer_.Raw("(nil)");
    return;
  }
  writer_.Raw(sharp ? '{' : '[');
  bool first = true;
  for (const Value& slot : bytes.slots()) {
    if (!first) writer_.Raw(sharp ? ", " : " ");
    first = false;
    if (sharp) {
      writer_.Pointer(slot.AsUint(), true);
    } else {
      writer_.Integer(slot.AsUint(), {.base = 10});
    }
    CheckSize();
  }
  writer_.Raw(sharp ? '}' : ']');
}

bool Printer::PrintBytesAsText(const Value& bytes, char32_t verb) {
  if (bytes.type()->element->kind != Kind::kUint8 || verb == 'v' || !CanPrintTextAs(verb)) {
    return false;
  }
  PrintText(BytesOf(bytes), verb);
  return true;
}

// pp.fmtPointer.
void Printer::PrintPointer(const Value& value, char32_t verb) {
  if (!HasAddress(value.kind())) {
    BadVerb(verb);
    return;
  }
  const std::uint64_t address = AddressOf(TargetOf(value));
  switch (verb) {
    case 'v':
      if (writer_.flags.sharp_v) {
        writer_.Raw('(');
        writer_.Raw(value.type()->name);
        writer_.Raw(")(");
        if (address == 0) {
          writer_.Raw("nil");
        } else {
          writer_.Pointer(address, true);
        }
        writer_.Raw(')');
      } else if (address == 0) {
        writer_.Padded("<nil>");
      } else {
        writer_.Pointer(address, !writer_.flags.sharp);
      }
      return;
    case 'p': writer_.Pointer(address, !writer_.flags.sharp); return;
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X': PrintInteger(address, false, verb); return;
    default: BadVerb(verb); return;
  }
}

// pp.handleMethods.
bool Printer::PrintedByMethod(const Value& value, char32_t verb) {
  if (printing_error_) return false;
  if (verb == 'w') {
    current_ = value;  // For fmt.Errorf alone.
    BadVerb(verb);
    return true;
  }
  if (writer_.flags.sharp_v) return PrintedByMethod(value, verb, "GoString");
  if (!CanPrintTextAs(verb)) return false;
  return PrintedByMethod(value, verb, "Error") || PrintedByMethod(value, verb, "String");
}

bool Printer::PrintedByMethod(const Value& value, char32_t verb, std::string_view method) {
  try {
    const std::optional<std::string_view> text = CallTextMethod(arena_, value, method);
    if (!text) return false;
    current_ = value;
    if (method == "GoString") {
      writer_.Text(*text);
    } else {
      PrintText(*text, verb);
    }
  } catch (const FunctionError& error) {
    // pp.catchPanic: a method that does not expect a nil receiver is forgiven.
    if (value.kind() == Kind::kPointer && value.IsNil()) {
      writer_.Raw("<nil>");
    } else {
      PrintPanic(verb, method, error.what());
    }
  }
  return true;
}

void Printer::PrintPanic(char32_t verb, std::string_view method, std::string_view message) {
  writer_.Raw("%!");
  AppendRune(writer_.out(), verb);
  writer_.Raw("(PANIC=");
  writer_.Raw(method);
  writer_.Raw(" method: ");
  writer_.Raw(message);
  writer_.Raw(')');
}

// pp.badVerb.
void Printer::BadVerb(char32_t verb) {
  const Value culprit = current_;
  printing_error_ = true;
  writer_.Raw("%!");
  AppendRune(writer_.out(), verb);
  writer_.Raw('(');
  if (!culprit.IsValid()) {
    writer_.Raw("<nil>");
  } else {
    writer_.Raw(culprit.type()->name);
    writer_.Raw('=');
    PrintValue(culprit, 'v', 0);
  }
  writer_.Raw(')');
  printing_error_ = false;
}

}  // namespace sidecar::gotemplate
