// Private to net/: the Asio types that its files share. The executor is named instead of being
// type-erased, which spares every completion an indirect call.
//
// Coroutines here keep to a subset that g++ 12 compiles correctly: a co_await stands alone as a
// statement or initialises one named variable, its arguments are named variables or literals, and
// parameters come by value.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "net/egress.h"
#include "net/loop.h"

namespace favorhook::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

using LoopExecutor = asio::io_context::executor_type;
template <class T>
using Work = asio::awaitable<T, LoopExecutor>;
using Awaiting = asio::use_awaitable_t<LoopExecutor>;
using Socket = asio::basic_stream_socket<tcp, LoopExecutor>;
using Acceptor = asio::basic_socket_acceptor<tcp, LoopExecutor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

class Session;

struct Loop::Native {
  // Sessions of all listeners whose client owes a handshake or a request, the longest in front.
  // Gone after those who stand in it, which the context destroys.
  std::list<Session*> waiting;
  asio::io_context context{1};  // one thread runs it
  asio::executor_work_guard<LoopExecutor> busy{context.get_executor()};

  LoopExecutor executor() { return context.get_executor(); }
};

// Runs the work on the loop until its end. A coroutine that throws is a bug.
void start_work(Loop::Native& loop, Work<void> work);

tcp::endpoint to_endpoint(const IpAddress& address, std::uint16_t port);
// address:port, an IPv6 address in brackets.
std::string to_text(const tcp::endpoint& endpoint);

}  // namespace favorhook::net
