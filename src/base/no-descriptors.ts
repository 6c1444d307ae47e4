// This file imports nothing: it must work when no further module can be loaded.

export const NO_DESCRIPTORS = 'no file descriptors left'
export const RAISE_DESCRIPTORS = 'raise the limit (ulimit -n 1024)'

/** Whether the code of a system error means this: EMFILE for the process, ENFILE for the system. */
export function lacksDescriptors(code: unknown): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}
