// A coroutine where none belongs. fault: coroutines belong to net/ and runtime/
Work<void> wander() {
  co_await somewhere();
}
