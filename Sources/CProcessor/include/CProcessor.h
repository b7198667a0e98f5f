/// What Swift cannot say about the processor: which instructions it has, how it rounds, how to wait.
#pragma once
#include <stdint.h>

/// 1 when the processor and the system both support AVX2, FMA and their 256-bit registers.
int32_t processor_has_avx2(void);
/// 1 when the processor and the system both support AVX-512 F, BW, CD, DQ and VL.
int32_t processor_has_avx512(void);
/// The floating-point control word of this thread (MXCSR, FPCR), its status flags cleared.
uint64_t processor_float_control(void);
/// Sets what `processor_float_control` reads; only tests of the start-up check need it.
void processor_set_float_control(uint64_t control);

/// Gives memory that was freed back to the system.
void processor_release_free_memory(void);

/// Tells the processor that this thread is waiting in a loop.
static inline __attribute__((always_inline)) void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Asks for the cache line at `address`, to be written soon.
static inline __attribute__((always_inline)) void processor_prefetch_write(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

/// Sixteen floats; Swift sees SIMD16<Float>.
typedef float processor_float16 __attribute__((ext_vector_type(16)));

/// The correctly rounded square root of each lane; Swift's own sets errno, lane by lane.
static inline __attribute__((always_inline)) processor_float16
processor_square_root(processor_float16 x) {
    return __builtin_elementwise_sqrt(x);
}
