import type { Lesson } from '../lesson.ts'
import { runInNetwork } from '../network/network.ts'
import { Skipped } from '../stage.ts'

export const segments: Lesson = {
  id: 'segments',
  title: { en: 'Larger than the MTU', zh: '大于 MTU' },
  claim: {
    en: 'A TCP write larger than the MTU is divided into segments, each in its own packet. A UDP datagram larger than the MTU is divided into fragments. The other host reassembles them, or loses the whole datagram.',
    zh: '大于 MTU 的 TCP 写入会被切成多个段，每段自成一个包；大于 MTU 的 UDP 数据报会被切成多个分片，由对方主机重新组装，否则整个丢失。',
  },
  done: {
    en: 'On a link with an MTU of 1500 between two network namespaces, 4000 bytes are written to a TCP connection, and 4000 are sent as one datagram. Then the last fragment of another datagram is dropped on the path.',
    zh: '在一条自建的、MTU 为 1500 的链路上（两个网络命名空间），向 TCP 连接写入 4000 字节，再把 4000 字节作为一个数据报发送；然后再发一个，并在途中丢弃它的最后一个分片。',
  },
  expected: {
    en: 'TCP: 3 segments; UDP: 3 fragments and one message of 4000 bytes; without one fragment: nothing',
    zh: 'TCP：3 个段；UDP：3 个分片，收到一条 4000 字节的消息；缺一个分片：什么也收不到',
  },
  picture: {
    en: `TCP 4000  ─▶ [1448][1448][1104]       any may be sent again
UDP 4000  ─▶ [1480][1480][1048] ─▶ 4000
             [1480][1480]   ✗   ─▶ nothing`,
    zh: `TCP 4000  ─▶ [1448][1448][1104]       任何一段都可重传
UDP 4000  ─▶ [1480][1480][1048] ─▶ 4000
             [1480][1480]   ✗   ─▶ 什么也没有`,
  },
  why: {
    en: 'TCP uses the MTU to divide its stream; each segment is acknowledged and retransmitted separately. UDP does not divide a datagram, so IP must fragment it. Only the first fragment has the ports, none is retransmitted, and an incomplete datagram is discarded after some time.',
    zh: 'TCP 知道 MTU，会把字节流切成合适的大小；每段单独确认、单独重传。UDP 不切分数据报，只好由 IP 来分片；只有第一个分片带有端口号，分片不会重传，拼不完整的数据报过一段时间就被丢弃。',
  },
  play: async stage => {
    const { found, missing } = await runInNetwork('segments')
    if (found === undefined) throw new Skipped(missing)
    const { tcp, udp, torn } = found
    stage.saw(tcp.segments === 3 && tcp.received === 4000, {
      en: `TCP: one write of 4000 bytes left as ${tcp.segments} segments (OutSegs), and ${tcp.received} bytes arrived`,
      zh: `TCP：一次写入 4000 字节，作为 ${tcp.segments} 个段发出（OutSegs），到达 ${tcp.received} 字节`,
    })
    stage.saw(udp.created === 3 && udp.arrived === 3 && udp.joined === 1 && udp.received.join() === '4000', {
      en: `UDP: one send of 4000 bytes left as ${udp.created} fragments (FragCreates), ${udp.arrived} arrived (ReasmReqds), were reassembled ${udp.joined} time (ReasmOKs), and one receive gave ${udp.received.join(', ') || 'no'} bytes`,
      zh: `UDP：一次发送 4000 字节，产生 ${udp.created} 个分片（FragCreates），到达 ${udp.arrived} 个（ReasmReqds），重组 ${udp.joined} 次（ReasmOKs），一次接收得到 ${udp.received.join('、') || '0'} 字节`,
    })
    if (torn === undefined) {
      return stage.lacks({
        en: 'a fragment cannot be dropped here: nft is not installed, or may not be used',
        zh: '在此无法丢弃分片：没有安装 nft，或者不允许使用',
      })
    }
    stage.saw(torn.dropped === 1 && torn.arrived === 2 && torn.received.length === 0, {
      en: `with ${torn.dropped} fragment dropped, ${torn.arrived} arrived, and ${torn.received.length} messages were received`,
      zh: `丢弃 ${torn.dropped} 个分片后，到达 ${torn.arrived} 个，收到 ${torn.received.length} 条消息`,
    })
  },
}
