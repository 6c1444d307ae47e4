import { burstIntoSmallBuffer } from '../../engine/burst.ts'
import type { Lesson } from '../lesson.ts'

const BURST = 200
const SIZE = 1000

export const unreliable: Lesson = {
  id: 'unreliable',
  title: { en: 'The sender gets no error', zh: '没有人通知发送方' },
  claim: {
    en: 'A UDP sender gets no error: most of a burst into a full receive buffer is lost, and every send succeeds. Only a counter of the receiving kernel shows the loss.',
    zh: 'UDP 发送方什么也不会得知：突发数据遇到已满的接收缓冲区时大部分消失，而每次 send 都成功返回。只有接收方内核的计数器知道。',
  },
  done: {
    en: `${BURST} datagrams of ${SIZE} bytes are sent to a socket with the smallest possible receive buffer, before any is read.`,
    zh: `向一个接收缓冲区最小的套接字连续发送 ${BURST} 个 ${SIZE} 字节的数据报，期间没有人能读走任何一个。`,
  },
  expected: {
    en: `${BURST} sends succeed, fewer datagrams arrive, and arrivals plus the drops that the kernel counted are ${BURST}`,
    zh: `${BURST} 次发送全部成功，到达的更少；到达数与内核统计的丢弃数之和正好为 ${BURST}`,
  },
  picture: {
    en: `sender  ▮▮▮▮▮▮▮▮▮▮▮▮ ──▶ │▮▮│ receive buffer, full
                          ✗✗✗✗✗✗✗✗✗✗
                          no error: only a counter goes up`,
    zh: `发送方  ▮▮▮▮▮▮▮▮▮▮▮▮ ──▶ │▮▮│ 接收缓冲区已满
                          ✗✗✗✗✗✗✗✗✗✗
                          没有差错：只有计数器增加`,
  },
  why: {
    en: 'UDP has no acknowledgements and no flow control. The sender gets no information about a datagram, delivered or dropped. TCP keeps sent data until it is acknowledged, and stops when the receiver announces a window of 0.',
    zh: 'UDP 没有确认，也就没有流量控制。数据报无论送达还是被丢弃，发送方得知的都一样：什么都没有。TCP 则会保留已发送的数据直到得到确认，并在接收方表示已满时停下来。',
  },
  play: async stage => {
    const { sent, received, drops } = await burstIntoSmallBuffer(BURST, SIZE)
    stage.saw(sent === BURST && received < BURST, {
      en: `${sent} of ${BURST} sends succeeded, ${received} arrived`,
      zh: `${BURST} 次发送成功 ${sent} 次，到达 ${received} 个`,
    })
    if (drops === undefined) {
      return stage.lacks({
        en: "this system does not show a socket's drop counter",
        zh: '本系统不提供套接字的丢包计数器',
      })
    }
    stage.saw(drops > 0 && received + drops === BURST, {
      en: `the kernel counted ${drops} drops at that socket: ${received} + ${drops} = ${received + drops}`,
      zh: `内核在该套接字上统计到 ${drops} 次丢弃：${received} + ${drops} = ${received + drops}`,
    })
  },
}
