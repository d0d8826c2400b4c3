// SPDX-License-Identifier: MIT
// What lwIP asks of an operating system, on POSIX threads: sys_arch.c.
#ifndef THREADS_SYS_ARCH_H
#define THREADS_SYS_ARCH_H

#include <stdbool.h>

typedef struct threads_semaphore *sys_sem_t;
typedef struct threads_mutex *sys_mutex_t;
typedef struct threads_mailbox *sys_mbox_t;
typedef unsigned long sys_thread_t;
typedef int sys_prot_t;

#define sys_sem_valid(semaphore) (*(semaphore) != NULL)
#define sys_sem_set_invalid(semaphore) (*(semaphore) = NULL)
#define sys_mutex_valid(mutex) (*(mutex) != NULL)
#define sys_mutex_set_invalid(mutex) (*(mutex) = NULL)
#define sys_mbox_valid(mailbox) (*(mailbox) != NULL)
#define sys_mbox_set_invalid(mailbox) (*(mailbox) = NULL)

#endif
