import TransparencyLog

/// What `make` makes of every number below `count`, in order, on all processors.
func inParallel<Value: Sendable>(
    _ count: Int, _ make: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
    let size = 128
    let parts = Background(count: (count + size - 1) / size) { part in
        try (part * size..<min((part + 1) * size, count)).map(make)
    }
    return try parts.wait().flatMap { try $0.get() }
}
