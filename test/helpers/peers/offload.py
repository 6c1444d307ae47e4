"""Makes the kernel compute the checksums of packets that leave by a device (ethtool -K DEVICE tx off); by default a veth omits them."""
import array, fcntl, socket, struct, sys

SIOCETHTOOL, ETHTOOL_STXCSUM = 0x8946, 0x17
with socket.socket() as any_socket:
    value = array.array('B', struct.pack('II', ETHTOOL_STXCSUM, 0))
    address, _ = value.buffer_info()
    fcntl.ioctl(any_socket, SIOCETHTOOL, struct.pack('16sP', sys.argv[1].encode(), address))
print('{}', flush=True)
