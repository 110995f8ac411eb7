#!/bin/sh
# Says what it serves, then serves it. The trap lets the shell, which is process 1, answer the stop signal.
echo "serving /www on port 8080:"
cat /www/index.html
trap 'echo "stopping"; exit 0' TERM
httpd -f -p 8080 -h /www &
wait $!
