#!/bin/sh
# Starts the proxy: tells nginx whom to ask for the web server's address, and by which name the site is asked for.
set -eu
resolver=$(awk '$1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2); exit }' /etc/resolv.conf)
cat >/tmp/names.conf <<END
resolver $resolver valid=5s ipv6=off;
map "" \$web { default http://web:8000; }
map "" \$site { default ${ALLOWED_HOSTS%%,*}; }
END
exec nginx -e /dev/stderr -c /etc/kvalitet/nginx.conf -g "daemon off;"
