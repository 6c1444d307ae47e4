// This file imports nothing: it is needed where nothing more can be loaded.

export const NO_DESCRIPTORS = 'no file descriptors left'
export const RAISE_DESCRIPTORS = 'raise the limit (ulimit -n 1024)'

/** Whether a system error says so: of this process, or of the whole system. */
export function lacksDescriptors(code: unknown): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}
