import type { Lesson } from '../lesson.ts'
import { write } from '../tcp-server.ts'

export const empty: Lesson = {
  id: 'empty',
  title: { en: 'An empty message', zh: '空消息' },
  claim: {
    en: 'An empty datagram is delivered as a message, because it has a header. An empty TCP write sends nothing.',
    zh: '空数据报也会作为一条消息送达，因为它有报头；而 TCP 写入空内容则什么也不会发送。',
  },
  done: {
    en: 'Three datagrams are sent: "a", an empty one, "b". Then "a", an empty string and "b" are written to a TCP connection, and read only when all has arrived.',
    zh: '发送三个数据报：“a”、空、“b”。再向一条 TCP 连接依次写入“a”、空内容和“b”，等全部到达后才读取。',
  },
  expected: {
    en: 'UDP: 3 messages of 1, 0, 1 bytes; TCP: "ab", then the end',
    zh: 'UDP：3 条消息，长度为 1、0、1；TCP：“ab”，然后结束',
  },
  why: {
    en: 'A datagram without payload still has addresses and ports, so it arrives and has a sender. A stream has only bytes, so an empty write adds nothing to it; and a read of 0 bytes means that the other side has closed. So a program that uses TCP must handle empty input itself, or it waits for ever.',
    zh: '零字节的数据报仍然带有地址和端口，所以它会到达，也有发送方。字节流里没有字节就是什么都没有；而且读到 0 字节已经表示对方关闭。因此基于 TCP 的程序必须自己处理空输入，否则会一直等下去。',
  },
  play: async stage => {
    const receiver = await stage.udp()
    const sender = await stage.udp()
    for (const text of ['a', '', 'b']) await sender.send(text, receiver.address)
    await receiver.arrivals(3)
    const lengths = receiver.messages.map(({ bytes }) => bytes.length)
    const from = receiver.messages[1]?.from.port
    stage.saw(lengths.join() === '1,0,1' && from === sender.address.port, {
      en: `UDP: ${lengths.length} messages of ${lengths.join(', ')} bytes, the empty one from port ${from ?? 'of nobody'}, which is the sender's`,
      zh: `UDP：收到 ${lengths.length} 条消息，长度为 ${lengths.join('、')}，空消息来自端口 ${from ?? '未知'}，正是发送方的端口`,
    })

    const { at } = await stage.listen(async connection => {
      for (const text of ['a', '', 'b']) await write(connection, text)
      connection.end()
    })
    const reader = await stage.connect(at, [100])
    await stage.settle()
    const reads = await reader.readAll()
    const text = Buffer.concat(reads).toString()
    stage.saw(text === 'ab' && reads.every(({ length }) => length > 0), {
      en: `TCP: 3 writes, and "${text}" arrived, 2 bytes; only the end was an empty read`,
      zh: `TCP：写了 3 次，到达的只有“${text}”共 2 字节；除了结束，没有一次读到空内容`,
    })
  },
}
