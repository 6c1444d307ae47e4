/** The kernel engine's system calls for others: what a call does (the lessons), and what this kernel can do (`udptool engines`). */
export { PlainSocket } from './kernel/socket/plain-socket.ts'
export { KernelSocket } from './kernel/socket/socket.ts'
export type { Libc } from './kernel/system/libc.ts'
export { TRIALS, tryCapabilities } from './kernel/trial/capabilities.ts'
export { checkedLibc } from './kernel/trial/checked-libc.ts'
