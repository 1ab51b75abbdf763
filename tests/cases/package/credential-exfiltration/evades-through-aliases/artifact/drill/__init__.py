from drill import shape, wire

wire.push(shape.of(vars))
