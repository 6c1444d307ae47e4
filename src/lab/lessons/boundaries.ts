import type { Lesson } from '../lesson.ts'
import { write } from '../tcp-server.ts'

const SIZES = [1, 20, 300, 1000, 10]
/** A read size that fits none of the writes. */
const BITE = 500

export const boundaries: Lesson = {
  id: 'boundaries',
  title: { en: 'One send is one receive', zh: '一次发送对应一次接收' },
  claim: {
    en: 'UDP keeps the boundaries of messages: one send is one receive, of the same length. TCP is a stream and does not keep them.',
    zh: 'UDP 保留消息边界：一次发送就是一次接收，长度不变；TCP 是字节流，不保留任何边界。',
  },
  done: {
    en: `${SIZES.length} messages of ${SIZES.join(', ')} bytes are sent as datagrams; then the same are written to a TCP connection that is read ${BITE} bytes at a time.`,
    zh: `把长度为 ${SIZES.join('、')} 字节的 ${SIZES.length} 条消息作为数据报发送；再把同样的内容写入一条 TCP 连接，对方每次读 ${BITE} 字节。`,
  },
  expected: {
    en: `UDP: ${SIZES.length} receives of ${SIZES.join(', ')} bytes; TCP: every byte, in order, but divided differently`,
    zh: `UDP：${SIZES.length} 次接收，长度依次为 ${SIZES.join('、')}；TCP：字节一个不少、顺序不乱，但切分方式不同`,
  },
  picture: {
    en: `sent      [a][bb][cccc]
UDP gets  [a][bb][cccc]     three messages
TCP gets  [abb][ccc][c]     one stream, cut by the reads`,
    zh: `发送      [a][bb][cccc]
UDP 收到  [a][bb][cccc]     三条消息
TCP 收到  [abb][ccc][c]     一个字节流，由读取方切分`,
  },
  why: {
    en: 'The kernel queues each datagram with its sender and its length. For a TCP connection it keeps only the bytes and their order, not the ends of the writes.',
    zh: '内核把数据报一个个排队，每个都带着来源与长度；而对 TCP 连接，它只保存字节及其顺序，一次写在哪里结束，哪里都没有记录。',
  },
  play: async stage => {
    const receiver = await stage.udp()
    const sender = await stage.udp()
    const messages = SIZES.map((size, i) => Buffer.alloc(size, 0x61 + i))
    for (const bytes of messages) await sender.send(bytes, receiver.address)
    await receiver.arrivals(SIZES.length)
    const lengths = receiver.messages.map(({ bytes }) => bytes.length)
    const kept = messages.every((bytes, i) => bytes.equals(receiver.messages[i]?.bytes ?? Buffer.of()))
    stage.saw(kept && lengths.length === SIZES.length, {
      en: `UDP: ${SIZES.length} sends, ${lengths.length} receives of ${lengths.join(', ')} bytes`,
      zh: `UDP：发送 ${SIZES.length} 次，接收 ${lengths.length} 次，长度为 ${lengths.join('、')}`,
    })

    const { at } = await stage.listen(async connection => {
      for (const bytes of messages) await write(connection, bytes)
      connection.end()
    })
    const reader = await stage.connect(at, [BITE])
    await stage.settle()
    const reads = await reader.readAll()
    const bites = reads.map(({ length }) => length)
    stage.saw(Buffer.concat(reads).equals(Buffer.concat(messages)) && bites.join() !== SIZES.join(), {
      en: `TCP: ${SIZES.length} writes, ${bites.length} reads of ${bites.join(', ')} bytes, the same bytes in the same order`,
      zh: `TCP：写 ${SIZES.length} 次，读 ${bites.length} 次，长度为 ${bites.join('、')}，字节与顺序完全一致`,
    })
  },
}
