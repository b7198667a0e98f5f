import Glibc

/// The time of day, for the few things that state it.
package enum WallClock {
    /// Seconds since 1970.
    package static func seconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(time.tv_sec, 0))
    }
}
