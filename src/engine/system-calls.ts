/** The kernel engine's system calls for other rooms: for the lessons, and for the capabilities in `udptool engines`. */
export { PlainSocket } from './kernel/socket/plain-socket.ts'
export { KernelSocket } from './kernel/socket/socket.ts'
export type { Libc } from './kernel/system/libc.ts'
export { TRIALS, tryCapabilities } from './kernel/trial/capabilities.ts'
export { checkedLibc } from './kernel/trial/checked-libc.ts'
