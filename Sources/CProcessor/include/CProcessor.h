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

/// Asks for large pages for memory that is looked up all over, before it is first touched.
void processor_use_large_pages(void *start, uint64_t bytes);

/// Tells the processor that this thread is waiting in a loop.
static inline __attribute__((always_inline)) void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Asks for the cache line at `address`, to be read soon.
static inline __attribute__((always_inline)) void processor_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

/// Asks for the cache line at `address`, to be written soon.
static inline __attribute__((always_inline)) void processor_prefetch_write(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

typedef unsigned char processor_bytes64 __attribute__((ext_vector_type(64)));
typedef _Bool processor_bits64 __attribute__((ext_vector_type(64)));

/// Which of 64 bytes are from `low` to `high` once the bits of `fold` are set: a bit for each byte,
/// the first the lowest. Swift has no way to turn a vector of truths into bits.
static inline __attribute__((always_inline)) uint64_t
processor_bytes_between(const void *bytes, uint8_t fold, uint8_t low, uint8_t high) {
    processor_bytes64 x;
    __builtin_memcpy(&x, bytes, 64);
    x = (x | fold) - low;
    return __builtin_bit_cast(
        uint64_t, __builtin_convertvector(x <= (unsigned char)(high - low), processor_bits64));
}

/// Vectors of floats; Swift sees SIMD4<Float>, SIMD8<Float> and SIMD16<Float>.
typedef float processor_float4 __attribute__((ext_vector_type(4)));
typedef float processor_float8 __attribute__((ext_vector_type(8)));
typedef float processor_float16 __attribute__((ext_vector_type(16)));

/// The correctly rounded square root of each lane; Swift's own sets errno, lane by lane.
static inline __attribute__((always_inline)) processor_float16
processor_square_root(processor_float16 x) {
    return __builtin_elementwise_sqrt(x);
}

// The lower, or upper, halves of two vectors with their lanes in turns: a shuffle each, which the
// compiler does not find in Swift's lane by lane form.

static inline __attribute__((always_inline)) processor_float4
processor_interleave_low4(processor_float4 a, processor_float4 b) {
    return __builtin_shufflevector(a, b, 0, 4, 1, 5);
}
static inline __attribute__((always_inline)) processor_float4
processor_interleave_high4(processor_float4 a, processor_float4 b) {
    return __builtin_shufflevector(a, b, 2, 6, 3, 7);
}
static inline __attribute__((always_inline)) processor_float8
processor_interleave_low8(processor_float8 a, processor_float8 b) {
    return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}
static inline __attribute__((always_inline)) processor_float8
processor_interleave_high8(processor_float8 a, processor_float8 b) {
    return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}
static inline __attribute__((always_inline)) processor_float16
processor_interleave_low16(processor_float16 a, processor_float16 b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
static inline __attribute__((always_inline)) processor_float16
processor_interleave_high16(processor_float16 a, processor_float16 b) {
    return __builtin_shufflevector(
        a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
