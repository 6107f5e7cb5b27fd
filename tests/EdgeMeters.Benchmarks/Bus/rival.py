"""Reads a list of Modbus registers round after round with pymodbus and prints what came of each; see RivalProcess.cs.

usage: rival.py PORT BAUD TIMEOUT_S ROUNDS UNIT:ADDRESS:COUNT ...
"""
import sys
import time

from pymodbus.client import ModbusSerialClient

port, baud, timeout, rounds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
reads = [tuple(map(int, read.split(":"))) for read in sys.argv[5:]]
client = ModbusSerialClient(port=port, baudrate=baud, timeout=timeout)
if not client.connect():
    sys.exit("pymodbus does not open " + port)
for _ in range(rounds):
    began = time.monotonic()
    results = []
    for unit, address, count in reads:
        try:
            answer = client.read_input_registers(address, count, slave=unit)
            results.append("-" if answer.isError() else " ".join(map(str, answer.registers)))
        except Exception:
            results.append("-")
    print("%.3f;%s" % (1000 * (time.monotonic() - began), ";".join(results)), flush=True)
client.close()
