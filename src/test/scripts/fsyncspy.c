/*
 * What would a power loss leave of each file? An LD_PRELOAD library that knows, for crash.py, which cuts the log there.
 *
 * The length of a log that is filled with empty lines ahead of use says nothing: what counts is where its text ends. So
 * writes are watched too, and a sync that succeeds publishes the end that the text had when that sync began; what other
 * threads write during it may or may not be on the disk. Text written over, or cut off, is no longer synced.
 *
 * The table is the file named by FSYNCSPY: SLOTS times inode, end of the synced text, number of syncs; 8 bytes each. It
 * outlives the process, so that what an earlier one synced stays synced.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 65536 };

struct synced {
    uint64_t inode, end, syncs;
};

/* What this process wrote to the file of the slot with the same index. */
struct written {
    uint64_t end;      /* of the text, with the line feed that ends its last line */
    bool open;         /* that line feed is still to come */
    unsigned retreats; /* how often synced text was given up: a sync that began before says nothing of what follows */
};

static struct synced *table;
static struct written files[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void map_table(void) {
    const char *path = getenv("FSYNCSPY");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    if (ftruncate(fd, sizeof(struct synced) * SLOTS) == 0) {
        void *mapped = mmap(NULL, sizeof(struct synced) * SLOTS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        table = mapped == MAP_FAILED ? NULL : mapped;
    }
    close(fd);
}

/* The slot of a regular file, with the lock taken; -1, and no lock, for anything else. */
static int lock_slot(int fd) {
    struct stat status;
    if (!table || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return -1;
    pthread_mutex_lock(&lock);
    int slot = status.st_ino % SLOTS;
    while (table[slot].inode != 0 && table[slot].inode != status.st_ino)
        slot = (slot + 1) % SLOTS;
    table[slot].inode = status.st_ino;
    return slot;
}

static void retreat(int slot, uint64_t offset) {
    if (table[slot].end > offset) {
        table[slot].end = offset;
        files[slot].retreats++;
    }
}

static void wrote(int fd, const char *bytes, ssize_t length, uint64_t offset) {
    int slot = length > 0 ? lock_slot(fd) : -1;
    if (slot < 0)
        return;
    struct written *file = &files[slot];
    ssize_t text = length;
    while (text > 0 && bytes[text - 1] == '\n')
        text--;
    retreat(slot, offset);
    if (text > 0) {
        file->open = text == length;
        file->end = offset + text + !file->open;
    } else if (file->open && offset == file->end) {
        file->open = false;
        file->end++;
    } else if (file->end > offset) {
        file->end = offset;
    }
    pthread_mutex_unlock(&lock);
}

static void truncated(int fd, uint64_t size) {
    int slot = lock_slot(fd);
    if (slot < 0)
        return;
    retreat(slot, size);
    if (files[slot].end > size)
        files[slot].end = size;
    pthread_mutex_unlock(&lock);
}

static int sync_and_publish(int fd, int (*sync)(int)) {
    struct written before = {0};
    int slot = lock_slot(fd);
    if (slot >= 0) {
        before = files[slot];
        pthread_mutex_unlock(&lock);
    }
    int result = sync(fd);
    if (result == 0 && slot >= 0) {
        pthread_mutex_lock(&lock);
        table[slot].syncs++;
        if (files[slot].retreats == before.retreats && table[slot].end < before.end)
            table[slot].end = before.end;
        pthread_mutex_unlock(&lock);
    }
    return result;
}

/* The function of the C library that a function here hides. */
#define REAL(name)                   \
    static __typeof__(name) *real;   \
    if (!real)                       \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRAP_SYNC(name)                    \
    int name(int fd) {                     \
        REAL(name);                        \
        return sync_and_publish(fd, real); \
    }

#define WRAP_PWRITE(name)                                                    \
    ssize_t name(int fd, const void *bytes, size_t length, off_t offset) {   \
        REAL(name);                                                          \
        ssize_t result = real(fd, bytes, length, offset);                    \
        wrote(fd, bytes, result, offset);                                    \
        return result;                                                       \
    }

#define WRAP_TRUNCATE(name)            \
    int name(int fd, off_t size) {     \
        REAL(name);                    \
        int result = real(fd, size);   \
        if (result == 0)               \
            truncated(fd, size);       \
        return result;                 \
    }

WRAP_SYNC(fsync)
WRAP_SYNC(fdatasync)
WRAP_PWRITE(pwrite)
WRAP_PWRITE(pwrite64)
WRAP_TRUNCATE(ftruncate)
WRAP_TRUNCATE(ftruncate64)

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    ssize_t result = real(fd, bytes, length);
    off_t end = result > 0 ? lseek(fd, 0, SEEK_CUR) : -1; /* no file if it has no place */
    if (end >= 0)
        wrote(fd, bytes, result, end - result);
    return result;
}
