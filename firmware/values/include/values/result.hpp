// Errors are values (ARCHITECTURE rule 9): a code to branch on, a message a person can act on, context added as it
// rises.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace menshen {

enum class Errc {
    invalid,      // the input is wrong; the message says where and what to write instead
    not_found,    //
    conflict,     // it exists already, or changed meanwhile
    corrupt,      // stored data fails its check
    io,           // disk, socket, serial line
    timeout,      // no answer within the deadline; whether it happened is not known
    unavailable,  // not connected, or shut down; it did not happen
    denied,       // the peer or the person may not do that
    exhausted,    // a queue or quota is full
    internal,     // a defect of ours
};

[[nodiscard]] std::string_view to_string(Errc code) noexcept;

struct Error {
    Errc code = Errc::internal;
    std::string message;

    /// The same error as seen one level up: "context: message".
    [[nodiscard]] Error in(std::string_view context) const { return {code, std::string(context) + ": " + message}; }
    friend bool operator==(const Error&, const Error&) = default;
};

/// A value or an Error. Reading the side that is not there is a defect and throws std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: conversion is the point
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
    Result(Errc code, std::string message) : Result(Error{code, std::move(message)}) {}

    [[nodiscard]] bool ok() const noexcept { return content_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    [[nodiscard]] T& value() & { return std::get<0>(content_); }
    [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }
    [[nodiscard]] T value_or(T other) const& { return ok() ? value() : std::move(other); }
    [[nodiscard]] const Error& error() const { return std::get<1>(content_); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<T, Error> content_;
};

/// Success without a value: `return {};`
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT
    Result(Errc code, std::string message) : Result(Error{code, std::move(message)}) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    explicit operator bool() const noexcept { return ok_; }
    [[nodiscard]] const Error& error() const {
        if (ok_) throw std::bad_variant_access();
        return error_;
    }

  private:
    Error error_;
    bool ok_ = true;
};

using Status = Result<void>;

}  // namespace menshen
