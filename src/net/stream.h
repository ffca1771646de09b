// Private to net/: one connection, plain or TLS, behind one type, so that sessions and exchanges
// are compiled once.
//
//   stream->set_deadline(now + 5s);
//   const Io io = co_await stream->read_some(buffer);
//
// A subclass only tries: its functions never wait, and say what they would wait for. Waiting and
// the deadline are here. One timer serves a connection: it is set when something really waits and
// only ever moved when the deadline comes nearer. Thread safety: the loop's thread only. Ownership:
// shared by the work that uses it; one read or write at a time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/native.h"
#include "net/tls.h"

namespace favorhook::net {

enum class IoEnd {
  ok,
  closed,       // ended in good order by the peer, or by close()
  reset,        // ended otherwise
  timed_out,    // the deadline came
  tls,          // the TLS protocol failed; fault() says how
  certificate,  // the peer's certificate was refused; fault() says why
};

struct Io {
  IoEnd end = IoEnd::ok;
  std::size_t bytes = 0;
};

// What a function that only tries has come to.
struct Step {
  enum Kind { done, want_read, want_write, ended };
  Kind kind = done;
  std::size_t bytes = 0;  // where done
  IoEnd end = IoEnd::ok;  // where ended
};

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  static std::shared_ptr<Stream> plain(Socket socket);
  static std::shared_ptr<Stream> tls_server(Socket socket, const TlsContext& context);
  // Verifies the peer for this host, a name or a literal address.
  static std::shared_ptr<Stream> tls_client(Socket socket, const TlsContext& context,
                                            const std::string& host, bool host_is_address);
  virtual ~Stream() = default;

  void set_deadline(MonotonicTime deadline) { deadline_ = deadline; }
  Work<Io> handshake();
  Work<Io> read_some(std::span<char> into);
  Work<Io> write_all(std::string_view bytes);
  // Tells the peer that nothing more will be written, reads away a little of what it still sends,
  // and closes.
  Work<void> part(std::size_t bytes_max);
  // Ends what waits. May be called again.
  void close();
  // Whether a connection that lay idle can still be used: nothing arrived and it has not ended.
  bool still_open();
  // Whether the peer has sent something that is not read yet.
  bool has_arrived();
  const std::string& fault() const { return fault_; }

 protected:
  explicit Stream(Socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {}
  virtual Step try_handshake() = 0;
  virtual Step try_read(std::span<char> into) = 0;
  virtual Step try_write(std::string_view bytes) = 0;
  // Bytes that were received and lie decoded or undecoded in memory.
  virtual bool holds_bytes() const = 0;
  virtual void end_writing() = 0;
  int descriptor() { return socket_.native_handle(); }

  std::string fault_;

 private:
  bool is_open() const { return socket_.is_open(); }
  Work<Io> wait(Step::Kind what);
  void arm();
  void on_timer();

  Socket socket_;
  Timer timer_;
  MonotonicTime deadline_ = MonotonicTime::max();
  std::optional<MonotonicTime> armed_;
  bool waiting_ = false;
  bool timed_out_ = false;
};

// recv and send as steps.
Step receive_step(int descriptor, std::span<char> into);
Step send_step(int descriptor, std::string_view bytes);

}  // namespace favorhook::net
