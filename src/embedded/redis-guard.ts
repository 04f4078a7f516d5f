/** The shell guard around an embedded redis-server: it ends Redis when the process that wanted it is gone. */

/**
 * Arguments: lock file, log file, then the redis-server command line. Reads standard input, which the parent
 * holds open and never writes to: its end, by close, exit or kill -9, is the order to stop. First line out:
 * Redis's process id. Exit 75: another process holds the lock.
 *
 * The lock is the kernel's (flock) and inherited by Redis, so it lasts exactly as long as Redis does, whatever
 * was killed. SIGCONT follows SIGTERM so that a stopped Redis hears it; SIGKILL follows when it does not end.
 */
export const REDIS_GUARD = `
lock=$1 log=$2
shift 2
exec 3<&0
if command -v flock >/dev/null 2>&1; then
  exec 9>"$lock" || exit 73
  flock -w 10 9 || exit 75
fi
"$@" </dev/null >"$log" 2>&1 3<&- &
redis=$!
trap 'kill -TERM "$redis"' TERM INT HUP
echo "$redis"
exec >/dev/null 2>&1
{
  exec 9>&-
  while read -r order; do :; done
  kill -TERM "$redis"
  kill -CONT "$redis"
  tries=0
  while kill -0 "$redis" && [ "$tries" -lt 75 ]; do
    sleep 0.2
    tries=$((tries + 1))
  done
  kill -KILL "$redis"
} <&3 &
watch=$!
exec 3<&-
status=0
while kill -0 "$redis"; do
  wait "$redis"
  status=$?
done
kill -KILL "$watch"
exit "$status"
`;
