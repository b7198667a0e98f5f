#include "CProcessor.h"

#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

#if defined(__x86_64__)
#include <xmmintrin.h>

// The compiler's own test also asks XGETBV whether the system saves the wide registers.
int32_t processor_has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

int32_t processor_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && processor_has_avx2();
}

uint64_t processor_float_control(void) { return _mm_getcsr() & ~0x3Fu; }
void processor_set_float_control(uint64_t control) { _mm_setcsr((unsigned)control); }

#else

int32_t processor_has_avx2(void) { return 0; }
int32_t processor_has_avx512(void) { return 0; }

#if defined(__aarch64__)
uint64_t processor_float_control(void) {
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
}
void processor_set_float_control(uint64_t control) {
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}
#else
uint64_t processor_float_control(void) { return 0; }
void processor_set_float_control(uint64_t control) { (void)control; }
#endif
#endif

void processor_release_free_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void processor_use_large_pages(void *start, uint64_t bytes) {
#ifdef __linux__
    madvise(start, bytes, MADV_HUGEPAGE);
#else
    (void)start;
    (void)bytes;
#endif
}
