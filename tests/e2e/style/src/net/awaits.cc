// What g++ 12 miscompiles.
Work<int> allowed(Stream stream) {
  co_await stream.open();
  const int size = co_await stream.read(buffer);
  Result<Reply> reply = co_await stream.ask(std::move(question));
  if (size == 0) co_await stream.close();
  co_return co_await stream.rest();
}

Work<int> refused(Stream stream) {
  if (co_await stream.open()) {  // fault: a co_await stands alone
    co_return 0;
  }
  const int two = co_await one() + co_await other();  // fault: a co_await stands alone
  const int one = stream.ready() ? co_await stream.read(a) : 0;  // fault: a co_await stands alone
  co_await spawn([copy] { copy(); });  // fault: a co_await stands alone
  co_await stream.write(Buffer{text});  // fault: a co_await stands alone
  use(co_await stream.read(a));  // fault: a co_await stands alone
}
