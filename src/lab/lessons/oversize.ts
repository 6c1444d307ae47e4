import { SMALLEST_RECV_BUFFER } from '../../base/buffer-charge.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import type { Lesson } from '../lesson.ts'
import { runInNetwork } from '../network/network.ts'
import type { Stage } from '../stage.ts'

/** 65535 bytes minus 20 of IP and 8 of UDP. */
const LARGEST = LARGEST_PAYLOAD.udp4
const LARGE = 60_000

export const oversize: Lesson = {
  id: 'oversize',
  title: { en: 'Datagrams that are too large', zh: '过大的数据报' },
  claim: {
    en: `Above ${LARGEST} bytes a datagram is refused with EMSGSIZE. A datagram that does not fit into the free part of the receive buffer is dropped completely, never in part. With DF set, one that is larger than the MTU is refused.`,
    zh: `超过 ${LARGEST} 字节的数据报会被拒绝（EMSGSIZE）；接收缓冲区剩余空间放不下的数据报会整个丢弃，绝不会只留一部分；大于路径 MTU 且设置了 DF 的数据报会被拒绝。`,
  },
  done: {
    en: `${LARGEST} and ${LARGEST + 1} bytes are sent over loopback. Then ${LARGE} bytes are sent twice to a socket with a receive buffer of ${SMALLEST_RECV_BUFFER} bytes that nobody reads. Then 1472 and 1473 bytes are sent with DF over a link with an MTU of 1500.`,
    zh: `在回环上发送 ${LARGEST} 和 ${LARGEST + 1} 字节；再向一个 ${SMALLEST_RECV_BUFFER} 字节、无人读取的接收缓冲区连发两次 ${LARGE} 字节；最后在 MTU 为 1500 的链路上带 DF 发送 1472 和 1473 字节。`,
  },
  expected: {
    en: `${LARGEST} arrive, ${LARGEST + 1} are refused; the first ${LARGE} arrive whole, because an empty queue accepts a datagram of any size, the second ${LARGE} are dropped; 1472 pass, 1473 are refused`,
    zh: `${LARGEST} 字节到达，${LARGEST + 1} 字节被拒绝；两个 ${LARGE} 字节的数据报中，第一个完整到达（空队列接受任意大小的一个），第二个被丢弃；1472 通过，1473 被拒绝`,
  },
  why: {
    en: 'The length fields of UDP and IPv4 have 16 bits. The kernel charges each datagram to the receive buffer and accepts one while the buffer is not over its limit. It never cuts a datagram to fit. DF forbids routers and the kernel to fragment it.',
    zh: 'UDP 与 IPv4 的长度字段都只有 16 位。内核把数据报逐个计入接收缓冲区，只要此前尚未超额就放行一个，从不为了塞下而截短。DF 则禁止路由器以及内核自己把它分片。',
  },
  play: async stage => {
    await playLargest(stage)
    await playFullBuffer(stage)
    await playDf(stage)
  },
}

async function playLargest(stage: Stage): Promise<void> {
  const receiver = await stage.udp()
  const sender = await stage.udp({ connectTo: receiver.address })
  const [fits, more] = [await sender.send(new Uint8Array(LARGEST)), await sender.send(new Uint8Array(LARGEST + 1))]
  await receiver.arrivals(fits === undefined ? 1 : 0)
  if (fits !== undefined) {
    return stage.lacks({
      en: `this system refuses ${LARGEST} bytes already: ${fits}`,
      zh: `本系统连 ${LARGEST} 字节也拒绝：${fits}`,
    })
  }
  const length = receiver.messages[0]?.bytes.length
  stage.saw(length === LARGEST && receiver.messages.length === 1 && more === 'EMSGSIZE', {
    en: `${LARGEST} bytes: ${length ?? 0} arrived; ${LARGEST + 1} bytes: ${more ?? 'sent'}`,
    zh: `${LARGEST} 字节：到达 ${length ?? 0} 字节；${LARGEST + 1} 字节：${more ?? '已发送'}`,
  })
}

async function playFullBuffer(stage: Stage): Promise<void> {
  // The kernel doubles the requested size (socket(7)).
  const receiver = await stage.udp({ recvBuffer: SMALLEST_RECV_BUFFER / 2 })
  const sender = await stage.udp({ connectTo: receiver.address })
  // Send both in one turn of the event loop, so that the receiver cannot read in between.
  const errors = await Promise.all([1, 2].map(async () => await sender.send(new Uint8Array(LARGE))))
  if (errors.some(error => error !== undefined)) {
    return stage.lacks({
      en: `this system does not send ${LARGE} bytes: ${errors.join(', ')}`,
      zh: `本系统发不出 ${LARGE} 字节：${errors.join('，')}`,
    })
  }
  // Where the kernel shows no drops, it is one datagram that is waited for.
  await stage.until(() => receiver.messages.length + (receiver.drops() ?? 1) >= 2)
  await receiver.arrivals(1)
  const lengths = receiver.messages.map(({ bytes }) => bytes.length)
  const drops = receiver.drops()
  const counted = drops === undefined ? { en: '', zh: '' } : { en: `, ${drops} dropped`, zh: `，丢弃 ${drops} 个` }
  const whole = lengths.every(length => length === LARGE)
  if (process.platform !== 'linux') {
    return stage.saw(whole, {
      en: `a full buffer: ${lengths.length} of 2 arrived, each whole`,
      zh: `缓冲区已满：2 个到达 ${lengths.length} 个，均完整`,
    })
  }
  stage.saw(whole && lengths.length === 1 && (drops ?? 1) === 1, {
    en: `a buffer of ${receiver.recvBuffer()} bytes: both sends succeeded, ${lengths.join(' and ') || 'none'} bytes arrived${counted.en}`,
    zh: `${receiver.recvBuffer()} 字节的缓冲区：两次发送都成功，到达 ${lengths.join(' 和 ') || '0'} 字节${counted.zh}`,
  })
}

async function playDf(stage: Stage): Promise<void> {
  const { found, missing } = await runInNetwork('df')
  if (found === undefined) return stage.lacks(missing)
  stage.saw(found.passed === 1472 && found.refused === 'EMSGSIZE' && found.received.join() === '1472', {
    en: `with DF on a link with an MTU of 1500: 1472 bytes arrived, 1473 were refused: ${found.refused ?? 'sent'}`,
    zh: `MTU 为 1500 的链路上带 DF：1472 字节到达，1473 字节${found.refused === undefined ? '已发送' : `被拒绝：${found.refused}`}`,
  })
}
