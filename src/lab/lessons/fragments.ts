import type { Lesson } from '../lesson.ts'
import { runInNetwork } from '../network/network.ts'
import { Skipped } from '../stage.ts'

const COUNT = 5

export const fragments: Lesson = {
  id: 'fragments',
  title: { en: 'A path that drops fragments', zh: '丢弃分片的路径' },
  claim: {
    en: 'A path that drops fragments passes datagrams of 1472 bytes and loses all of 4000 bytes.',
    zh: '丢弃分片的路径能通过 1472 字节的数据报，而 4000 字节的一个也过不去。',
  },
  done: {
    en: `On a link with an MTU of 1500 between two network namespaces, a rule of nftables drops every fragment. ${COUNT} datagrams of 1472 bytes are sent, then ${COUNT} of 4000.`,
    zh: `在一条自建的、MTU 为 1500 的链路上（两个网络命名空间），用 nftables 规则丢弃途中的所有分片。先发送 ${COUNT} 个 1472 字节的数据报，再发送 ${COUNT} 个 4000 字节的。`,
  },
  expected: {
    en: `${COUNT} of 1472 bytes arrive whole; of the 4000-byte datagrams nothing arrives; every send succeeds`,
    zh: `1472 字节的 ${COUNT} 个全部完整到达，4000 字节的一个也没有，连一部分也没有；每次发送都成功`,
  },
  picture: {
    en: `1472 + 28 = 1500  ─▶ [1500]              ─▶ 1472
4000              ─▶ [1500][1500][1068]
                       ✗     ✗     ✗      ─▶ nothing`,
    zh: `1472 + 28 = 1500  ─▶ [1500]              ─▶ 1472
4000              ─▶ [1500][1500][1068]
                       ✗     ✗     ✗      ─▶ 什么也没有`,
  },
  why: {
    en: 'Many firewalls and load balancers drop fragments, because all but the first have no ports. So datagrams of up to 1472 bytes (1500 minus 20 of IP and 8 of UDP) may pass while all larger ones are lost. Send smaller datagrams, or measure the path: udptool sweep and udptool mtu.',
    zh: '许多防火墙和负载均衡器会丢弃分片，因为除第一个外都不带端口号。所以 1472 字节（1500 减去 IP 的 20 和 UDP 的 8）以内一切正常，一旦超过就可能全部失败。要么发小一些，要么先测量路径：udptool sweep 与 udptool mtu。',
  },
  play: async stage => {
    const { found, missing } = await runInNetwork('fragments')
    if (found === undefined) throw new Skipped(missing)
    const { small, large, dropped } = found
    stage.saw(small.sent === COUNT && small.received.length === COUNT && small.received.every(one => one === 1472), {
      en: `1472 bytes: ${small.sent} sent, ${small.received.length} received whole`,
      zh: `1472 字节：发送 ${small.sent} 个，完整收到 ${small.received.length} 个`,
    })
    stage.saw(large.sent === COUNT && large.received.length === 0 && dropped === 3 * COUNT, {
      en: `4000 bytes: ${large.sent} sent, ${large.received.length} received; nftables counted ${dropped} dropped fragments`,
      zh: `4000 字节：发送 ${large.sent} 个，收到 ${large.received.length} 个；nftables 统计丢弃了 ${dropped} 个分片`,
    })
  },
}
