// Reads a list of Modbus registers round after round with modbus-serial and prints what came of each; see RivalProcess.cs.
//
// usage: node rival.js PORT BAUD TIMEOUT_S ROUNDS UNIT:ADDRESS:COUNT ...
// NODE_PATH names the folder of modules that has modbus-serial.
const ModbusRTU = require("modbus-serial");

const [port, baud, timeout, rounds, ...reads] = process.argv.slice(2);

async function main() {
    const client = new ModbusRTU();
    await client.connectRTUBuffered(port, { baudRate: Number(baud) });
    client.setTimeout(1000 * Number(timeout));
    for (let round = 0; round < Number(rounds); round++) {
        const began = process.hrtime.bigint();
        const results = [];
        for (const read of reads) {
            const [unit, address, count] = read.split(":").map(Number);
            client.setID(unit);
            try {
                results.push((await client.readInputRegisters(address, count)).data.join(" "));
            } catch {
                results.push("-");
            }
        }
        console.log(`${Number(process.hrtime.bigint() - began) / 1e6};${results.join(";")}`);
    }
    client.close(() => process.exit(0));
}

main().catch((error) => {
    console.error(String(error));
    process.exit(1);
});
