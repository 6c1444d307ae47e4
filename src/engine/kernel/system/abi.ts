/**
 * Numbers and layouts of the Linux system-call interface on x86-64 and arm64 (both use asm-generic, both are LP64). `layout-check.ts`
 * compares the layouts with the kernel at start.
 */

// Address families and socket types: bits/socket.h, socket(2)
export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 0x800
export const SOCK_CLOEXEC = 0x80000

// Levels of options and control messages
export const SOL_SOCKET = 1
export const SOL_IP = 0
export const SOL_IPV6 = 41
export const SOL_TCP = 6
export const SOL_UDP = 17

// asm-generic/socket.h, socket(7)
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_REUSEPORT = 15
export const SO_SNDBUFFORCE = 32
export const SO_RCVBUFFORCE = 33
export const SO_TIMESTAMPNS = 35
export const SO_RXQ_OVFL = 40
export const SO_MEMINFO = 55

// linux/in.h, ip(7)
export const IP_TOS = 1
export const IP_TTL = 2
export const IP_PKTINFO = 8
export const IP_MTU_DISCOVER = 10
export const IP_RECVERR = 11
export const IP_RECVTTL = 12
export const IP_RECVTOS = 13
export const IP_MTU = 14
export const IP_RECVFRAGSIZE = 25
export const IP_PMTUDISC_DONT = 0
export const IP_PMTUDISC_DO = 2
export const IP_PMTUDISC_PROBE = 3

// linux/in6.h, ipv6(7)
export const IPV6_UNICAST_HOPS = 16
export const IPV6_MTU_DISCOVER = 23
export const IPV6_MTU = 24
export const IPV6_RECVERR = 25
export const IPV6_RECVPKTINFO = 49
export const IPV6_PKTINFO = 50
export const IPV6_RECVHOPLIMIT = 51
export const IPV6_HOPLIMIT = 52
export const IPV6_RECVTCLASS = 66
export const IPV6_TCLASS = 67
export const IPV6_RECVFRAGSIZE = 77

// linux/tcp.h, tcp(7)
export const TCP_NODELAY = 1
export const TCP_INFO = 11

// linux/udp.h, udp(7)
export const UDP_SEGMENT = 103
export const UDP_GRO = 104

/** Maximum datagrams of one message with UDP_SEGMENT: UDP_MAX_SEGMENTS of linux/udp.h, since and before Linux 6.9. */
export const UDP_MAX_SEGMENTS: readonly number[] = [128, 64]

// bits/socket.h, recv(2), send(2)
export const MSG_TRUNC = 0x20
export const MSG_DONTWAIT = 0x40
export const MSG_ERRQUEUE = 0x2000
export const MSG_NOSIGNAL = 0x4000

// asm-generic/errno.h
export const EINTR = 4
export const EIO = 5
export const EAGAIN = 11
export const EINVAL = 22
export const EMSGSIZE = 90
export const ECONNREFUSED = 111
export const EHOSTUNREACH = 113

// linux/errqueue.h: the origin of an error in the queue
export const SO_EE_ORIGIN_ICMP = 2
export const SO_EE_ORIGIN_ICMP6 = 3

// poll(2), eventfd(2), epoll(7)
export const POLLIN = 0x1
export const POLLOUT = 0x4
export const POLLERR = 0x8
export const EFD_CLOEXEC = 0x80000
export const EFD_NONBLOCK = 0x800
export const EPOLL_CLOEXEC = 0x80000
export const EPOLL_CTL_ADD = 1
export const EPOLL_CTL_MOD = 3
export const EPOLLIN = 0x1
export const EPOLLOUT = 0x4

// prctl(2)
export const PR_SET_TIMERSLACK = 29

// clock_gettime(2)
export const CLOCK_REALTIME = 0

/** struct iovec: base 0:8, len 8:8. */
export const IOVEC_SIZE = 16
export const IOV_BASE = 0
export const IOV_LEN = 8

/** struct msghdr, 56 bytes, followed by the length that recvmmsg(2) writes. */
export const MMSGHDR_SIZE = 64
export const MSG_NAME = 0
export const MSG_NAMELEN = 8
export const MSG_IOV = 16
export const MSG_IOVLEN = 24
export const MSG_CONTROL = 32
export const MSG_CONTROLLEN = 40
export const MSG_FLAGS = 48
export const MSG_LEN = 56

/** struct cmsghdr: len 0:8 (header included), level 8:4, type 12:4. The data follow. */
export const CMSG_HEADER = 16

/** struct sockaddr_in: family 0:2 (host order), port 2:2 (network order), address 4:4. */
export const SOCKADDR_IN_SIZE = 16
/** struct sockaddr_in6: family 0:2, port 2:2, flow information 4:4, address 8:16, scope 24:4. */
export const SOCKADDR_IN6_SIZE = 28
/** struct sockaddr_un: family 0:2, path 2:108, its final zero included. */
export const SOCKADDR_UN_SIZE = 110

/** struct in_pktinfo: interface 0:4, local address 4:4, destination in the header 8:4. */
export const IN_PKTINFO_SIZE = 12
/** struct in6_pktinfo: address 0:16, interface 16:4. */
export const IN6_PKTINFO_SIZE = 20

/** struct pollfd: fd 0:4, events 4:2, revents 6:2. */
export const POLLFD_SIZE = 8

/** struct epoll_event: events 0:4, then 8 bytes of data, which only x86-64 packs (linux/eventpoll.h). */
export const EPOLL_EVENT_SIZE = process.arch === 'x64' ? 12 : 16
export const EPOLL_DATA = process.arch === 'x64' ? 4 : 8

/** The part of struct tcp_info that is read (Linux 4.6): retransmissions 100:4, segments with data that were sent 156:4, with retransmissions. */
export const TCP_INFO_SIZE = 160
export const TCP_INFO_TOTAL_RETRANS = 100
export const TCP_INFO_DATA_SEGS_OUT = 156

/** SO_MEMINFO: nine 32-bit counters, of which the last is the dropped datagrams (linux/sock_diag.h). */
export const MEMINFO_WORDS = 9
export const MEMINFO_DROPS = 8

/** Maximum messages of one sendmmsg(2): UIO_MAXIOV. */
export const MAX_MESSAGES = 1024

/** Space of a control message with `bytes` bytes of data, padding included: CMSG_SPACE of cmsg(3). */
export function controlSpace(bytes: number): number {
  return CMSG_HEADER + Math.ceil(bytes / 8) * 8
}

/** The length in its header: CMSG_LEN. */
export function controlLength(bytes: number): number {
  return CMSG_HEADER + bytes
}
