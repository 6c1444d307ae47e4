import { messageOf } from '../../../base/thrown.ts'
import { createRequire } from 'node:module'

/**
 * The libc calls that the engine needs. Each returns the result of the system call: a number from 0 on, or −errno. Addresses are plain
 * numbers, because user space ends below 2^53 on both architectures.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, name: Uint8Array, length: number): number
  connect(fd: number, name: Uint8Array, length: number): number
  getsockname(fd: number, name: Uint8Array, length: Uint32Array): number
  setsockopt(fd: number, level: number, option: number, value: Int32Array): number
  getsockopt(fd: number, level: number, option: number, value: Uint32Array, length: Uint32Array): number
  /** `messages` is the address of `count` struct mmsghdr. The timeout of recvmmsg(2) is never used, because of its BUGS section. */
  recvmmsg(fd: number, messages: number, count: number, flags: number): number
  sendmmsg(fd: number, messages: number, count: number, flags: number): number
  /**
   * One message, or available data of a stream, of at most `bytes.length`. With MSG_TRUNC it returns the length of the whole message
   * (recv(2)).
   */
  recv(fd: number, bytes: Uint8Array, flags: number): number
  send(fd: number, bytes: Uint8Array, flags: number): number
  /** `message` is the address of a struct msghdr. */
  recvmsg(fd: number, message: number, flags: number): number
  /** `descriptors` is the address of `count` struct pollfd, `timeout` that of a struct timespec. 0: no limit. */
  ppoll(descriptors: number, count: number, timeout: number): number
  epollCreate(flags: number): number
  epollControl(epoll: number, operation: number, fd: number, event: Uint8Array): number
  /** `events` is the address of `most` struct epoll_event. `timeout` in ms, −1: no limit. */
  epollWait(epoll: number, events: number, most: number, timeout: number): number
  eventfd(initial: number, flags: number): number
  read(fd: number, bytes: Uint8Array): number
  write(fd: number, bytes: Uint8Array): number
  close(fd: number): number
  prctl(option: number, argument: number): number
  /** Writes a struct timespec: two 64-bit numbers, seconds and nanoseconds. */
  clockGettime(clock: number, timespec: BigInt64Array): number
  /** The number of a network interface. 0 if there is none with that name. */
  interfaceIndex(name: string): number
  /** The name of a network interface. Undefined if there is none with that number. */
  interfaceName(index: number): string | undefined
  /** The address of these bytes. They must not move. The memory of a WebAssembly.Memory does not. */
  addressOf(bytes: Uint8Array): number
}

/** libc, or the reason why it cannot be called from here. */
export type LoadedLibc =
  { readonly libc: Libc; readonly missing?: never } | { readonly missing: string; readonly libc?: never }

/** What decides whether libc can be called. */
export interface Host {
  readonly platform: string
  readonly arch: string
  /** Loads the optional package koffi. Throws if it is not installed or does not fit. */
  readonly loadKoffi: () => unknown
}

/** The used part of koffi. Its own types cannot be used, because it is optional and the build must not need it. */
interface Koffi {
  load(path: null): { func(declaration: string): unknown }
  errno(): number
}

const require = createRequire(import.meta.url)

const thisHost: Host = { platform: process.platform, arch: process.arch, loadKoffi: () => require('koffi') }

/** Loads libc. Never throws: a failure has a reason. */
export function loadLibc(host: Host = thisHost): LoadedLibc {
  if (host.platform !== 'linux') return { missing: `it needs Linux, and this is ${host.platform}` }
  if (host.arch !== 'x64' && host.arch !== 'arm64') {
    return { missing: `it knows the system-call layouts of x64 and arm64, and this is ${host.arch}` }
  }
  let koffi: Koffi
  try {
    koffi = host.loadKoffi() as Koffi
  } catch (error) {
    return { missing: `the optional package koffi cannot be loaded: ${reason(error)}` }
  }
  try {
    return { libc: declare(koffi) }
  } catch (error) {
    return { missing: `this libc lacks a call: ${reason(error)}` }
  }
}

/** The first line has the reason. Node appends the stack of requires. */
function reason(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? ''
}

type Call<Arguments extends readonly unknown[]> = (...args: Arguments) => number

function declare(koffi: Koffi): Libc {
  const library = koffi.load(null)
  const call = <Arguments extends readonly unknown[]>(declaration: string): Call<Arguments> =>
    library.func(declaration) as Call<Arguments>
  // errno belongs to the last call of this thread, so it is read before any other.
  const result = (value: number): number => (value < 0 ? -koffi.errno() : value)

  const socket = call<[number, number, number]>('int socket(int, int, int)')
  const bind = call<[number, Uint8Array, number]>('int bind(int, void *, uint32_t)')
  const connect = call<[number, Uint8Array, number]>('int connect(int, void *, uint32_t)')
  const getsockname = call<[number, Uint8Array, Uint32Array]>('int getsockname(int, void *, void *)')
  const setsockopt = call<[number, number, number, Int32Array, number]>(
    'int setsockopt(int, int, int, void *, uint32_t)',
  )
  const getsockopt = call<[number, number, number, Uint32Array, Uint32Array]>(
    'int getsockopt(int, int, int, void *, void *)',
  )
  const recvmmsg = call<[number, number, number, number, number]>(
    'int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)',
  )
  const sendmmsg = call<[number, number, number, number]>('int sendmmsg(int, uintptr_t, unsigned int, int)')
  const recv = call<[number, Uint8Array, number, number]>('intptr_t recv(int, void *, size_t, int)')
  const send = call<[number, Uint8Array, number, number]>('intptr_t send(int, void *, size_t, int)')
  const recvmsg = call<[number, number, number]>('intptr_t recvmsg(int, uintptr_t, int)')
  const ppoll = call<[number, number, number, number]>('int ppoll(uintptr_t, unsigned long, uintptr_t, uintptr_t)')
  const epollCreate = call<[number]>('int epoll_create1(int)')
  const epollControl = call<[number, number, number, Uint8Array]>('int epoll_ctl(int, int, int, void *)')
  const epollWait = call<[number, number, number, number]>('int epoll_wait(int, uintptr_t, int, int)')
  const eventfd = call<[number, number]>('int eventfd(unsigned int, int)')
  const read = call<[number, Uint8Array, number]>('intptr_t read(int, void *, size_t)')
  const write = call<[number, Uint8Array, number]>('intptr_t write(int, void *, size_t)')
  const close = call<[number]>('int close(int)')
  const prctl = call<[number, number, number, number, number]>(
    'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
  )
  const clockGettime = call<[number, BigInt64Array]>('int clock_gettime(int, void *)')
  const ifNameToIndex = call<[string]>('unsigned int if_nametoindex(const char *)')
  const ifIndexToName = call<[number, Uint8Array]>('uintptr_t if_indextoname(unsigned int, void *)')
  const memmove = call<[Uint8Array, Uint8Array, number]>('uintptr_t memmove(void *, void *, size_t)')

  return {
    socket: (domain, type, protocol) => result(socket(domain, type, protocol)),
    bind: (fd, name, length) => result(bind(fd, name, length)),
    connect: (fd, name, length) => result(connect(fd, name, length)),
    getsockname: (fd, name, length) => result(getsockname(fd, name, length)),
    setsockopt: (fd, level, option, value) => result(setsockopt(fd, level, option, value, value.byteLength)),
    getsockopt: (fd, level, option, value, length) => result(getsockopt(fd, level, option, value, length)),
    recvmmsg: (fd, messages, count, flags) => result(recvmmsg(fd, messages, count, flags, 0)),
    sendmmsg: (fd, messages, count, flags) => result(sendmmsg(fd, messages, count, flags)),
    recv: (fd, bytes, flags) => result(recv(fd, bytes, bytes.length, flags)),
    send: (fd, bytes, flags) => result(send(fd, bytes, bytes.length, flags)),
    recvmsg: (fd, message, flags) => result(recvmsg(fd, message, flags)),
    ppoll: (descriptors, count, timeout) => result(ppoll(descriptors, count, timeout, 0)),
    epollCreate: flags => result(epollCreate(flags)),
    epollControl: (epoll, operation, fd, event) => result(epollControl(epoll, operation, fd, event)),
    epollWait: (epoll, events, most, timeout) => result(epollWait(epoll, events, most, timeout)),
    eventfd: (initial, flags) => result(eventfd(initial, flags)),
    read: (fd, bytes) => result(read(fd, bytes, bytes.length)),
    write: (fd, bytes) => result(write(fd, bytes, bytes.length)),
    close: fd => result(close(fd)),
    prctl: (option, argument) => result(prctl(option, argument, 0, 0, 0)),
    clockGettime: (clock, timespec) => result(clockGettime(clock, timespec)),
    interfaceIndex: name => ifNameToIndex(name),
    interfaceName: index => {
      const name = new Uint8Array(IF_NAMESIZE)
      return ifIndexToName(index, name) === 0
        ? undefined
        : Buffer.from(name.subarray(0, name.indexOf(0))).toString('latin1')
    },
    addressOf: bytes => memmove(bytes, bytes, 0),
  }
}

/** net/if.h, the final zero included. */
const IF_NAMESIZE = 16
