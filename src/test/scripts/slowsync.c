/*
 * A disk that hangs: an LD_PRELOAD library with which a sync takes as long as there is a file of the name SLOWSYNC.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int slow(const char *name, int file) {
    const char *hanging = getenv("SLOWSYNC");
    while (hanging && access(hanging, F_OK) == 0) {
        usleep(1000);
    }
    int (*sync)(int) = dlsym(RTLD_NEXT, name);
    return sync(file);
}

int fdatasync(int file) {
    return slow("fdatasync", file);
}

int fsync(int file) {
    return slow("fsync", file);
}
