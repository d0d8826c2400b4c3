// SPDX-License-Identifier: MIT
// The host provider of esp32-s3-eye for applications that include modules/io of the SDK: where its pins are (ECMA-419, 10).

import Digital from "embedded:io/digital";
import I2C from "embedded:io/i2c";
import PWM from "embedded:io/pwm";
import SMBus from "embedded:io/smbus";

const device = {
	I2C: { default: { io: I2C, data: 4, clock: 5 } },
	io: { Digital, I2C, PWM, SMBus },
	pin: { led: 3, button: 0 },
};

export default device;
