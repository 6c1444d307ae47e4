import type { Socket } from 'node:net'
import type { Address } from '../../base/address.ts'
import { PlainSocket } from '../../engine/system-calls.ts'
import { EAGAIN } from '../../base/errno.ts'
import { Gate } from '../gate.ts'
import type { Lesson } from '../lesson.ts'
import { TIMEOUT_MS, withTimeout } from '../with-timeout.ts'
import type { Stage } from '../stage.ts'

/** More than the buffers of both ends hold: net.ipv4.tcp_wmem and tcp_rmem are below this on all known systems. */
const MUCH = 64 << 20
/** Requested with SO_SNDBUF. The kernel doubles it (socket(7)). */
const SEND_BUFFER = 65_536

export const sendBuffer: Lesson = {
  id: 'send-buffer',
  title: { en: 'send, sendall and the send buffer', zh: 'send、sendall 与发送缓冲区' },
  claim: {
    en: "TCP's send() accepts only what fits into the buffers and returns the number of bytes. A program that ignores this number loses the rest. sendall repeats the call until all is sent.",
    zh: 'TCP 的 send() 只接受缓冲区放得下的部分，并返回接受了多少；不看返回值的人会丢掉其余部分。sendall 则反复调用它。',
  },
  done: {
    en: `A peer reads nothing. send() is called, without waiting, with ${MUCH >> 20} MiB, and once more. Then the peer reads, and a loop sends what is left.`,
    zh: `对方什么也不读。以非阻塞方式对 ${MUCH >> 20} MiB 调用 send()，再调用一次；随后对方开始读取，由一个循环发送其余部分。`,
  },
  expected: {
    en: 'the first send accepts a part, the next nothing (EAGAIN); with the loop every byte arrives; in Node write() returns false and the rest waits in memory',
    zh: '第一次 send 接受一部分，下一次一个字节也不接受（EAGAIN）；有了循环，每个字节都会到达；在 Node 里 write() 返回 false，其余部分留在内存中等待',
  },
  picture: {
    en: `send ──▶ [send buffer] ─wire─▶ [receive buffer] ──▶ recv
          full: EAGAIN          full: window 0       waits`,
    zh: `send ──▶ [发送缓冲区] ─线路─▶ [接收缓冲区] ──▶ recv
          已满：EAGAIN         已满：窗口为 0   不读`,
  },
  why: {
    en: 'send copies into the send buffer of the kernel and returns; the kernel sends the data later, as fast as the reader reads. A blocking send waits until all is accepted; a non-blocking one returns early. Nothing is lost silently: the return value is the number of accepted bytes. In Node the same back-pressure is the event "drain".',
    zh: 'send 只是把数据复制进内核的发送缓冲区就返回；真正的发送随后进行，快慢取决于读取方。阻塞的 send 会等到全部被接受；非阻塞的则提前返回。数据不会悄悄丢失：返回值说明了接受多少。同样的反压在 Node 里表现为“drain”事件。',
  },
  play: async stage => {
    await playKernel(stage)
    await playNode(stage)
  },
}

async function playKernel(stage: Stage): Promise<void> {
  const { libc, missing } = stage.kernel
  if (libc === undefined) {
    return stage.lacks({
      en: `send() itself can be called only by the kernel engine, which does not work here: ${missing}`,
      zh: `只有 kernel 引擎能直接调用 send()，而它在此不可用：${missing}`,
    })
  }
  let received = 0
  const reading = new Gate()
  const { at } = await stage.listen(async connection => {
    await reading.opened
    connection.on('data', bytes => (received += bytes.length)).resume()
  })
  const socket = PlainSocket.tcp(libc, at as Address, SEND_BUFFER)
  stage.keep(socket, () => socket.close())
  const bytes = new Uint8Array(MUCH)
  // Repeat until a call takes nothing, because the kernel may still be moving data to the receiver.
  let taken = socket.send(bytes)
  const first = taken
  let next = 0
  for (let calls = 0; calls < 1000; calls++) {
    await stage.settle()
    next = socket.send(bytes.subarray(taken))
    if (next <= 0) break
    taken += next
  }
  stage.saw(first > 0 && taken < MUCH && next === -EAGAIN, {
    en: `send() of ${MUCH} bytes accepted ${first}; when ${taken} were accepted, the next call returned ${next === -EAGAIN ? 'EAGAIN' : next} (SO_SNDBUF: ${socket.sendBuffer()})`,
    zh: `对 ${MUCH} 字节调用 send() 接受了 ${first}；累计接受 ${taken} 之后，下一次调用返回 ${next === -EAGAIN ? 'EAGAIN' : next}（SO_SNDBUF：${socket.sendBuffer()}）`,
  })
  reading.open()
  let calls = 0
  let deadline = performance.now() + TIMEOUT_MS
  while (taken < MUCH && performance.now() < deadline) {
    const more = socket.send(bytes.subarray(taken))
    if (more > 0) {
      taken += more
      calls += 1
      deadline = performance.now() + TIMEOUT_MS
    }
    // Let the receiver read, which makes room.
    await new Promise(setImmediate)
  }
  await stage.until(() => received >= taken)
  stage.saw(taken === MUCH && received === MUCH, {
    en: `then a loop of ${calls} more calls sent the rest: ${received} bytes arrived`,
    zh: `随后循环又调用 ${calls} 次发完其余部分：共到达 ${received} 字节`,
  })
}

async function playNode(stage: Stage): Promise<void> {
  let filled: boolean | undefined
  let accept: (connection: Socket) => void
  const accepted = new Promise<Socket>(resolve => (accept = resolve))
  const { at } = await stage.listen(connection => {
    filled = connection.write(new Uint8Array(MUCH))
    accept(connection)
  })
  const reader = await stage.connect(at, [1 << 20])
  const connection = await withTimeout(accepted, 'connection')
  await stage.settle()
  const waiting = connection.writableLength
  const drained = new Promise<void>(resolve => {
    connection.once('drain', resolve)
  })
  let received = 0
  while (received < MUCH) received += (await reader.read())?.length ?? Infinity
  await withTimeout(drained, 'drain event')
  stage.saw(filled === false && waiting > 0 && received === MUCH, {
    en: `Node: write() returned ${String(filled)} with ${waiting} bytes waiting; the reader received ${received}, then "drain" was emitted`,
    zh: `Node：write() 返回 ${String(filled)}，有 ${waiting} 字节在等待；读取方得到 ${received} 字节后触发“drain”`,
  })
}
