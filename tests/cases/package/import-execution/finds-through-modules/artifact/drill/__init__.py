from drill.codec import unwrap
from drill.engine import start

start(unwrap("eJzLzC3ILypRyC+2BmK94sriktRcDfXU5Ix8hYKixJLMwtJU3ZSizJwcdU0AYKUPuw=="))
