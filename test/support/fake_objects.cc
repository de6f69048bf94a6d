#include "test/support/fake_objects.h"

#include <algorithm>
#include <cstdlib>

namespace sidecar::testing_support {

using nlohmann::json;

namespace {

std::string Unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string MetaText(const json& object, const char* key) {
  const auto meta = object.find("metadata");
  if (meta == object.end() || !meta->is_object()) return {};
  return meta->value(key, std::string());
}

bool HasNames(const json& list) {
  return list.is_array() && !list.empty() &&
         std::all_of(list.begin(), list.end(),
                     [](const json& e) { return e.is_object() && e.contains("name"); });
}

// A strategic merge patch where every list of named objects has the patch key `name`.
json MergeByName(json target, const json& patch) {
  if (!patch.is_object()) {
    if (!HasNames(patch) || !target.is_array()) return patch;
    for (const json& element : patch) {
      const auto place = std::find_if(target.begin(), target.end(), [&](const json& e) {
        return e.is_object() && e.value("name", "") == element["name"];
      });
      if (place == target.end()) {
        target.push_back(element);
      } else if (element.value("$patch", "") == "delete") {
        target.erase(place);
      } else {
        *place = MergeByName(*place, element);
      }
    }
    return target;
  }
  if (!target.is_object()) target = json::object();
  for (const auto& [key, value] : patch.items()) {
    if (value.is_null()) {
      target.erase(key);
    } else {
      target[key] = MergeByName(target.contains(key) ? target[key] : json(), value);
    }
  }
  return target;
}

bool LabelsMatch(const std::string& selector, const json& object) {
  if (selector.empty()) return true;
  const json labels = object.value(json::json_pointer("/metadata/labels"), json::object());
  for (const std::string& term : Split(selector, ',')) {
    const std::size_t equals = term.find('=');
    const std::string key = term.substr(0, equals);
    if (!labels.contains(key)) return false;
    if (equals != std::string::npos && labels[key] != term.substr(equals + 1)) return false;
  }
  return true;
}

}  // namespace

std::optional<ApiPath> ParseApiPath(const std::string& target) {
  ApiPath path;
  const std::size_t mark = target.find('?');
  if (mark != std::string::npos) {
    for (const std::string& pair : Split(std::string_view(target).substr(mark + 1), '&')) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos) continue;
      path.query[pair.substr(0, equals)] = Unescape(pair.substr(equals + 1));
    }
  }
  std::vector<std::string> parts = Split(std::string_view(target).substr(0, mark), '/');
  for (std::string& part : parts) part = Unescape(part);
  std::size_t next = 1;
  const auto take = [&] { return next < parts.size() ? parts[next++] : std::string(); };
  const std::string root = take();
  if (root == "apis") {
    path.group = take();
  } else if (root != "api") {
    return std::nullopt;
  }
  path.version = take();
  path.plural = take();
  // "namespaces/x" alone is an object; before a plural it is where to look.
  if (path.plural == "namespaces" && parts.size() > next + 1 && parts[next + 1] != "status" &&
      parts[next + 1] != "finalize") {
    path.ns = take();
    path.plural = take();
  }
  path.name = take();
  path.subresource = take();
  if (path.plural.empty() || next < parts.size()) return std::nullopt;
  return path;
}

FakeObjects::Answer FakeObjects::Fail(int code, const std::string& reason,
                                      const std::string& message) {
  return {code,
          {{"kind", "Status"},
           {"apiVersion", "v1"},
           {"metadata", json::object()},
           {"status", "Failure"},
           {"message", message},
           {"reason", reason},
           {"code", code}}};
}

FakeObjects::Answer FakeObjects::NotFound(const ApiPath& path) {
  return Fail(404, "NotFound", path.QualifiedName() + " \"" + path.name + "\" not found");
}

FakeObjects::Answer FakeObjects::Conflict(const ApiPath& path) {
  return Fail(409, "Conflict",
              "Operation cannot be fulfilled on " + path.QualifiedName() + " \"" + path.name +
                  "\": the object has been modified; please apply your changes to the latest "
                  "version and try again");
}

FakeObjects::Answer FakeObjects::Get(const ApiPath& path) const {
  const auto collection = collections_.find(path.Collection());
  if (collection == collections_.end()) return NotFound(path);
  const auto found = collection->second.find({path.ns, path.name});
  if (found == collection->second.end()) return NotFound(path);
  Answer answer{200, found->second};
  answer.body["apiVersion"] = path.ApiVersion();
  return answer;
}

bool FakeObjects::Matches(const ApiPath& path, const json& object) {
  if (!path.ns.empty() && MetaText(object, "namespace") != path.ns) return false;
  for (const std::string& term : Split(path.Query("fieldSelector"), ',')) {
    if (term.empty()) continue;
    const std::size_t equals = term.find('=');
    const std::string field = term.substr(0, equals);
    const std::string value = term.substr(equals + 1);
    if (field == "metadata.name" && MetaText(object, "name") != value) return false;
    if (field == "metadata.namespace" && MetaText(object, "namespace") != value) return false;
  }
  return LabelsMatch(path.Query("labelSelector"), object);
}

FakeObjects::Answer FakeObjects::List(const ApiPath& path) {
  Pages fresh{version_, {}};
  const Pages* pages = &fresh;
  std::size_t first = 0;
  std::size_t index = pages_.size();
  const std::string token = path.Query("continue");
  if (!token.empty()) {
    const std::vector<std::string> parts = Split(token, '-');
    index = static_cast<std::size_t>(std::atoi(parts[0].c_str()));
    first = parts.size() > 1 ? static_cast<std::size_t>(std::atoi(parts[1].c_str())) : 0;
    if (index >= pages_.size()) return Fail(400, "BadRequest", "continue key is not valid");
    pages = &pages_[index];
    if (pages->version < compacted_) {
      return Fail(
          410, "Expired",
          "The provided continue parameter is too old to display a consistent list result.");
    }
  } else {
    for (const auto& [key, object] : collections_[path.Collection()]) {
      if (!Matches(path, object)) continue;
      json item = object;
      item.erase("kind");
      item.erase("apiVersion");
      fresh.items.push_back(std::move(item));
    }
  }
  const std::string limit_text = path.Query("limit");
  const std::size_t limit =
      limit_text.empty() ? pages->items.size() : static_cast<std::size_t>(std::stoul(limit_text));
  const std::size_t last = std::min(pages->items.size(), first + limit);
  Answer answer;
  answer.body = {{"kind", "List"}, {"apiVersion", path.ApiVersion()}, {"items", json::array()}};
  answer.body["metadata"]["resourceVersion"] = std::to_string(pages->version);
  for (std::size_t i = first; i < last; ++i) answer.body["items"].push_back(pages->items[i]);
  if (last < pages->items.size()) {
    answer.body["metadata"]["continue"] = std::to_string(index) + '-' + std::to_string(last);
    if (token.empty()) pages_.push_back(std::move(fresh));
  }
  return answer;
}

FakeObjects::Answer FakeObjects::Store(const ApiPath& path, const Key& key, json object,
                                       const char* type) {
  if (path.Query("dryRun") != "All") {
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    collections_[path.Collection()][key] = object;
    history_.push_back({version_, type, path.Collection(), object});
  }
  return {type == std::string_view("ADDED") ? 201 : 200, std::move(object)};
}

FakeObjects::Answer FakeObjects::Create(const ApiPath& path, json object) {
  if (!object.is_object()) return Fail(400, "BadRequest", "the object is not an object");
  json& meta = object["metadata"];
  if (!meta.is_object()) meta = json::object();
  if (!meta.contains("name") && meta.contains("generateName")) {
    meta["name"] = meta["generateName"].get<std::string>() + std::to_string(++generated_);
  }
  ApiPath named = path;
  named.name = meta.value("name", "");
  if (named.name.empty()) {
    return Fail(422, "Invalid", "name or generateName is required");
  }
  if (!path.ns.empty()) meta["namespace"] = path.ns;
  if (Get(named).status == 200) {
    return Fail(409, "AlreadyExists",
                path.QualifiedName() + " \"" + named.name + "\" already exists");
  }
  meta["uid"] = "uid-" + std::to_string(version_ + 1);
  meta["creationTimestamp"] = "2026-01-01T00:00:00Z";
  return Store(path, {path.ns, named.name}, std::move(object), "ADDED");
}

FakeObjects::Answer FakeObjects::Update(const ApiPath& path, json object) {
  const Answer before = Get(path);
  if (before.status != 200) return before;
  const std::string version = MetaText(object, "resourceVersion");
  if (version.empty()) {
    return Fail(422, "Invalid",
                path.QualifiedName() + " \"" + path.name +
                    "\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be "
                    "specified for an update");
  }
  if (version != MetaText(before.body, "resourceVersion")) return Conflict(path);
  for (const char* key : {"uid", "creationTimestamp"}) {
    object["metadata"][key] = before.body["metadata"][key];
  }
  if (object == before.body) return before;
  return Store(path, {path.ns, path.name}, std::move(object), "MODIFIED");
}

FakeObjects::Answer FakeObjects::Patched(const ApiPath& path, const std::string& media_type,
                                         const json& patch, const json& before) const {
  const std::string version = MetaText(before, "resourceVersion");
  if (media_type == "application/json-patch+json") {
    try {
      return {200, before.patch(patch)};
    } catch (const json::exception&) {
      return Fail(422, "Invalid", "the server rejected our request due to an error in our request");
    }
  }
  const std::string wanted = MetaText(patch, "resourceVersion");
  if (!wanted.empty() && wanted != version) return Conflict(path);
  if (media_type == "application/merge-patch+json") {
    json after = before;
    after.merge_patch(patch);
    return {200, std::move(after)};
  }
  if (media_type == "application/strategic-merge-patch+json" ||
      media_type == "application/apply-patch+yaml") {
    return {200, MergeByName(before, patch)};
  }
  return Fail(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
}

FakeObjects::Answer FakeObjects::Patch(const ApiPath& path, const std::string& media_type,
                                       const json& patch) {
  const bool applies = media_type == "application/apply-patch+yaml";
  if (applies && path.Query("fieldManager").empty()) {
    return Fail(422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required");
  }
  const Answer before = Get(path);
  if (before.status != 200 && !applies) return before;
  if (before.status != 200) {
    json object = patch;
    object["metadata"]["name"] = path.name;
    return Create(path, std::move(object));
  }
  Answer after = Patched(path, media_type, patch, before.body);
  if (after.status != 200 || after.body == before.body) return after;
  return Store(path, {path.ns, path.name}, std::move(after.body), "MODIFIED");
}

FakeObjects::Answer FakeObjects::Delete(const ApiPath& path, const json& options) {
  const Answer before = Get(path);
  if (before.status != 200) return before;
  const json wanted = options.is_object() ? options.value("preconditions", json::object()) : json();
  for (const char* key : {"uid", "resourceVersion"}) {
    if (wanted.contains(key) && wanted[key] != MetaText(before.body, key)) return Conflict(path);
  }
  if (path.Query("dryRun") != "All") {
    json object = before.body;
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    collections_[path.Collection()].erase({path.ns, path.name});
    history_.push_back({version_, "DELETED", path.Collection(), std::move(object)});
  }
  Answer answer;
  answer.body = {{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Success"}};
  return answer;
}

std::vector<FakeObjects::Change> FakeObjects::ChangesAfter(const ApiPath& path,
                                                           std::int64_t after) const {
  std::vector<Change> changes;
  auto next = std::upper_bound(history_.begin(), history_.end(), after,
                               [](std::int64_t v, const Change& c) { return v < c.version; });
  for (; next != history_.end(); ++next) {
    if (next->collection != path.Collection() || !Matches(path, next->object)) continue;
    changes.push_back(*next);
    changes.back().object["apiVersion"] = path.ApiVersion();
  }
  return changes;
}

std::vector<json> FakeObjects::All(const std::string& collection) const {
  std::vector<json> all;
  const auto found = collections_.find(collection);
  if (found == collections_.end()) return all;
  for (const auto& [key, object] : found->second) all.push_back(object);
  return all;
}

}  // namespace sidecar::testing_support
